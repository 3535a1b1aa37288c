import { AuditLog } from './support/audit-log';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods } from './support/objects';
import { waitUntilQuiet } from './support/quiet';
import { openScene, type Scene } from './support/scene';
import { waitFor } from './support/wait-for';

const name = 'paused';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('paused');
  await applyCluster(scene.namespace, name, { size: 1 });
  await waitUntilSettled(scene.namespace, name, 1);
}, 120_000);

describe('spec.paused', () => {
  it('stops all writes but the status and its Events, whatever happens to the cluster', async () => {
    await patchSpec(scene.namespace, name, { paused: true });
    await waitFor(async () => (await getCondition(scene.namespace, name, 'Paused'))?.status === 'True', {
      what: 'the status to say so',
    });
    const audit = await AuditLog.fromNow(scene.operator.user);
    await patchSpec(scene.namespace, name, { size: 2, natsConfig: { maxPayload: 2_000_000 } });
    await scene.kubectl('delete', 'service', name);
    await scene.kubectl('label', 'secret', name, 'nats_cluster=another', '--overwrite');
    await waitFor(async () => (await getCondition(scene.namespace, name, 'Paused'))?.status === 'True', {
      what: 'the status to be of the newest spec',
    });
    await waitUntilQuiet(audit);
    const writes = await audit.operatorWrites(scene.namespace);
    expect(writes.filter(write => !/^(patch natsclusters\/status|create events) /.test(write))).toEqual([]);
    expect(await getChild('Service', scene.namespace, name)).toBeUndefined();
    expect(await getPods(scene.namespace, name)).toHaveLength(1);
  }, 90_000);

  it('is caught up with when it is lifted', async () => {
    await patchSpec(scene.namespace, name, { paused: null });
    const pods = await waitUntilSettled(scene.namespace, name, 2, 90_000);
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual([`${name}-1`, `${name}-2`]);
    expect(await getChild('Service', scene.namespace, name)).toBeDefined();
    const secret = await getChild('Secret', scene.namespace, name);
    expect(secret?.metadata.labels?.nats_cluster).toBe(name);
    const conf = Buffer.from(secret?.data?.['nats.conf'] ?? '', 'base64').toString();
    expect(conf).toMatch(/"max_payload": *2000000/);
  }, 120_000);
});
