import { AuditLog } from './support/audit-log';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods } from './support/objects';
import { waitForIdle } from './support/wait-for-idle';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const name = 'paused';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('paused');
  await applyCluster(environment.namespace, name, { size: 1 });
  await waitUntilSettled(environment.namespace, name, 1);
}, 120_000);

describe('spec.paused', () => {
  it('stops all writes but the status and its Events, whatever happens to the cluster', async () => {
    await patchSpec(environment.namespace, name, { paused: true });
    await waitFor(async () => (await getCondition(environment.namespace, name, 'Paused'))?.status === 'True', {
      what: 'the status to say so',
    });
    const audit = await AuditLog.fromNow(environment.operator.user);
    await patchSpec(environment.namespace, name, { size: 2, natsConfig: { maxPayload: 2_000_000 } });
    await environment.kubectl('delete', 'service', name);
    await environment.kubectl('label', 'secret', name, 'nats_cluster=another', '--overwrite');
    await waitFor(async () => (await getCondition(environment.namespace, name, 'Paused'))?.status === 'True', {
      what: 'the status to be of the newest spec',
    });
    await waitForIdle(audit);
    const writes = await audit.operatorWrites(environment.namespace);
    expect(writes.filter(write => !/^(patch natsclusters\/status|create events) /.test(write))).toEqual([]);
    expect(await getChild('Service', environment.namespace, name)).toBeUndefined();
    expect(await getPods(environment.namespace, name)).toHaveLength(1);
  }, 90_000);

  it('is caught up with when it is lifted', async () => {
    await patchSpec(environment.namespace, name, { paused: null });
    const pods = await waitUntilSettled(environment.namespace, name, 2, 90_000);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual([`${name}-1`, `${name}-2`]);
    expect(await getChild('Service', environment.namespace, name)).toBeDefined();
    const secret = await getChild('Secret', environment.namespace, name);
    expect(secret?.metadata.labels?.nats_cluster).toBe(name);
    const conf = Buffer.from(secret?.data?.['nats.conf'] ?? '', 'base64').toString();
    expect(conf).toMatch(/"max_payload": *2000000/);
  }, 120_000);
});
