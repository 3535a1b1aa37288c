import { AuditLog } from './support/audit-log';
import { apply, kubectl } from './support/kubectl';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods, type Condition } from './support/objects';
import { waitForIdle } from './support/wait-for-idle';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('refusals');
}, 120_000);

/** Waits for a condition of that status whose message has these words. */
async function waitForCondition(name: string, type: string, status: string, words: RegExp): Promise<Condition> {
  return waitFor(
    async () => {
      const found = await getCondition(environment.namespace, name, type);
      return found?.status === status && words.test(found.message) ? found : undefined;
    },
    { what: `condition ${type} of ${name} to be ${status} with ${String(words)}` },
  );
}

describe('a name that somebody else has', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'taken', labels: { app: 'shop' } },
    spec: { selector: { app: 'shop' }, ports: [{ port: 80 }] },
  };

  it('is told in the status, and the object is not touched', async () => {
    await apply(JSON.stringify(service), environment.namespace);
    const before = await getChild('Service', environment.namespace, 'taken');
    await applyCluster(environment.namespace, 'taken', { size: 1 });
    await waitForCondition('taken', 'Ready', 'False', /Service\/taken exists already/);
    expect(await getChild('Service', environment.namespace, 'taken')).toEqual(before);
    expect(await getPods(environment.namespace, 'taken')).toEqual([]);
  }, 60_000);

  it('is taken when it is free', async () => {
    await environment.kubectl('delete', 'service', 'taken');
    await waitUntilSettled(environment.namespace, 'taken', 1);
  }, 90_000);
});

describe('a bad spec that was stored while no webhook was there', () => {
  const name = 'bad';

  it('ends in SpecValid=False, and what runs is not touched', async () => {
    await applyCluster(environment.namespace, name, { size: 1 });
    const before = await waitUntilSettled(environment.namespace, name, 1);
    const audit = await AuditLog.fromNow(environment.operator.user);
    await patchSpec(environment.namespace, name, { size: 2, natsConfig: { extra: { port: 9 } } });
    await waitForCondition(name, 'SpecValid', 'False', /natsConfig\.extra/);
    await waitForIdle(audit);
    const writes = await audit.operatorWrites(environment.namespace);
    expect(writes.filter(write => !/^(patch natsclusters\/status|create events) /.test(write))).toEqual([]);
    const after = await getPods(environment.namespace, name);
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
    // The server serves, but not what the spec asks for: whoever waits for that waits on.
    expect(await getCondition(environment.namespace, name, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'SpecInvalid',
      message: expect.stringMatching(/^1 of 1 servers ready/) as string,
    });
  }, 120_000);

  it('goes on when it is mended', async () => {
    await patchSpec(environment.namespace, name, { natsConfig: null });
    await waitUntilSettled(environment.namespace, name, 2);
  }, 90_000);

  it('makes nothing where it was bad from the beginning', async () => {
    await applyCluster(environment.namespace, 'never', { size: 1, natsConfig: { extra: { port: 9 } } });
    await waitForCondition('never', 'SpecValid', 'False', /natsConfig\.extra/);
    expect(await getChild('StatefulSet', environment.namespace, 'never')).toBeUndefined();
  }, 60_000);
});

describe('what the API server refuses', () => {
  it('a pod that it finds at fault is told in the status, with the field', async () => {
    const volumes = [{ name: 'up', hostPath: { path: '/data/../up' } }];
    await applyCluster(environment.namespace, 'fault', { size: 1, template: { spec: { volumes } } });
    await waitForCondition('fault', 'SpecValid', 'False', /spec\.template\.spec\.volumes\[\d+\]\.hostPath\.path/);
    await patchSpec(environment.namespace, 'fault', { template: null });
    await waitUntilSettled(environment.namespace, 'fault', 1, 90_000);
    await waitForCondition('fault', 'SpecValid', 'True', /The spec is valid/);
  }, 120_000);

  it('a child beyond a quota is told in the status, and made when there is room', async () => {
    await environment.kubectl('create', 'quota', 'few', '--hard=count/statefulsets.apps=0');
    await applyCluster(environment.namespace, 'quota', { size: 1 });
    await waitForCondition('quota', 'Stalled', 'True', /exceeded quota: few/);
    await environment.kubectl('delete', 'quota', 'few');
    await waitUntilSettled(environment.namespace, 'quota', 1, 90_000);
  }, 150_000);

  it('pods beyond a quota are told in the status, and come when there is room', async () => {
    await environment.kubectl('create', 'quota', 'few-pods', '--hard=pods=0');
    await applyCluster(environment.namespace, 'crowd', { size: 1 });
    await waitForCondition('crowd', 'Ready', 'False', /exceeded quota: few-pods/);
    await environment.kubectl('delete', 'quota', 'few-pods');
    await waitUntilSettled(environment.namespace, 'crowd', 1, 120_000);
  }, 180_000);

  it('pods that Pod Security forbids are told in the status', async () => {
    await kubectl(['label', 'namespace', environment.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    await applyCluster(environment.namespace, 'restricted', { size: 1 });
    await waitUntilSettled(environment.namespace, 'restricted', 1);
    await applyCluster(environment.namespace, 'hostport', { size: 1, pod: { enableClientsHostPort: true } });
    await waitForCondition('hostport', 'Ready', 'False', /violates PodSecurity.*hostPort/);
    await waitForCondition('hostport', 'SpecValid', 'True', /servers use the host ports 4222/);
    await patchSpec(environment.namespace, 'hostport', { pod: null });
    await waitUntilSettled(environment.namespace, 'hostport', 1, 90_000);
  }, 180_000);
});
