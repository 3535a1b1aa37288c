import { AuditLog } from './support/audit-log';
import { apply, kubectl } from './support/kubectl';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods, type Condition } from './support/objects';
import { waitUntilQuiet } from './support/quiet';
import { openScene, type Scene } from './support/scene';
import { waitFor } from './support/wait-for';

let scene: Scene;

beforeAll(async () => {
  scene = await openScene('refusals');
}, 120_000);

/** Waits for a condition of that status whose message has these words. */
async function waitForCondition(name: string, type: string, status: string, words: RegExp): Promise<Condition> {
  return waitFor(
    async () => {
      const found = await getCondition(scene.namespace, name, type);
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
    await apply(JSON.stringify(service), scene.namespace);
    const before = await getChild('Service', scene.namespace, 'taken');
    await applyCluster(scene.namespace, 'taken', { size: 1 });
    await waitForCondition('taken', 'Ready', 'False', /Service\/taken exists already/);
    expect(await getChild('Service', scene.namespace, 'taken')).toEqual(before);
    expect(await getPods(scene.namespace, 'taken')).toEqual([]);
  }, 60_000);

  it('is taken when it is free', async () => {
    await scene.kubectl('delete', 'service', 'taken');
    await waitUntilSettled(scene.namespace, 'taken', 1);
  }, 90_000);
});

describe('a bad spec that was stored while no webhook was there', () => {
  const name = 'bad';

  it('ends in SpecValid=False, and what runs is not touched', async () => {
    await applyCluster(scene.namespace, name, { size: 1 });
    const before = await waitUntilSettled(scene.namespace, name, 1);
    const audit = await AuditLog.fromNow(scene.operator.user);
    await patchSpec(scene.namespace, name, { size: 2, natsConfig: { extra: { port: 9 } } });
    await waitForCondition(name, 'SpecValid', 'False', /natsConfig\.extra/);
    await waitUntilQuiet(audit);
    const writes = await audit.operatorWrites(scene.namespace);
    expect(writes.filter(write => !/^(patch natsclusters\/status|create events) /.test(write))).toEqual([]);
    const after = await getPods(scene.namespace, name);
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
    // The server serves, but not what the spec asks for: whoever waits for that waits on.
    expect(await getCondition(scene.namespace, name, 'Ready')).toMatchObject({
      status: 'False',
      reason: 'SpecInvalid',
      message: expect.stringMatching(/^1 of 1 servers ready/) as string,
    });
  }, 120_000);

  it('goes on when it is mended', async () => {
    await patchSpec(scene.namespace, name, { natsConfig: null });
    await waitUntilSettled(scene.namespace, name, 2);
  }, 90_000);

  it('makes nothing where it was bad from the beginning', async () => {
    await applyCluster(scene.namespace, 'never', { size: 1, natsConfig: { extra: { port: 9 } } });
    await waitForCondition('never', 'SpecValid', 'False', /natsConfig\.extra/);
    expect(await getChild('StatefulSet', scene.namespace, 'never')).toBeUndefined();
  }, 60_000);
});

describe('what the API server refuses', () => {
  it('a pod that it finds at fault is told in the status, with the field', async () => {
    const volumes = [{ name: 'up', hostPath: { path: '/data/../up' } }];
    await applyCluster(scene.namespace, 'fault', { size: 1, template: { spec: { volumes } } });
    await waitForCondition('fault', 'SpecValid', 'False', /spec\.template\.spec\.volumes\[\d+\]\.hostPath\.path/);
    await patchSpec(scene.namespace, 'fault', { template: null });
    await waitUntilSettled(scene.namespace, 'fault', 1, 90_000);
    await waitForCondition('fault', 'SpecValid', 'True', /The spec is valid/);
  }, 120_000);

  it('a child beyond a quota is told in the status, and made when there is room', async () => {
    await scene.kubectl('create', 'quota', 'few', '--hard=count/statefulsets.apps=0');
    await applyCluster(scene.namespace, 'quota', { size: 1 });
    await waitForCondition('quota', 'Stalled', 'True', /exceeded quota: few/);
    await scene.kubectl('delete', 'quota', 'few');
    await waitUntilSettled(scene.namespace, 'quota', 1, 90_000);
  }, 150_000);

  it('pods beyond a quota are told in the status, and come when there is room', async () => {
    await scene.kubectl('create', 'quota', 'few-pods', '--hard=pods=0');
    await applyCluster(scene.namespace, 'crowd', { size: 1 });
    await waitForCondition('crowd', 'Ready', 'False', /exceeded quota: few-pods/);
    await scene.kubectl('delete', 'quota', 'few-pods');
    await waitUntilSettled(scene.namespace, 'crowd', 1, 120_000);
  }, 180_000);

  it('pods that Pod Security forbids are told in the status', async () => {
    await kubectl(['label', 'namespace', scene.namespace, 'pod-security.kubernetes.io/enforce=restricted']);
    await applyCluster(scene.namespace, 'restricted', { size: 1 });
    await waitUntilSettled(scene.namespace, 'restricted', 1);
    await applyCluster(scene.namespace, 'hostport', { size: 1, pod: { enableClientsHostPort: true } });
    await waitForCondition('hostport', 'Ready', 'False', /violates PodSecurity.*hostPort/);
    await waitForCondition('hostport', 'SpecValid', 'True', /servers use the host ports 4222/);
    await patchSpec(scene.namespace, 'hostport', { pod: null });
    await waitUntilSettled(scene.namespace, 'hostport', 1, 90_000);
  }, 180_000);
});
