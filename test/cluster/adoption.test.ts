import { tokenSecretName } from '../../src/nats-service-role/bound-token';
import { makeLegacyCluster, type LegacyCluster } from './support/legacy-cluster';
import { patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild, getCluster, getPods, restarts } from './support/objects';
import { RolloutMonitor } from './support/rollout-monitor';
import { kubectl } from './support/kubectl';
import { logIn, waitForLogin, waitForRole, type Login } from './support/service-accounts';
import { prepareTestEnvironment, type TestEnvironment } from './support/test-environment';
import { loadServerImages } from './support/server-images';
import { ReconnectingClient } from './support/reconnecting-client';
import { MESSAGE_INTERVAL, waitForMoreMessages } from './support/steady-messages';
import { waitFor } from './support/wait-for';

const version = '2.9.25';

let environment: TestEnvironment;

beforeAll(async () => {
  await loadServerImages('2.1.9');
  environment = await prepareTestEnvironment('adoption');
}, 180_000);

afterEach(async () => environment.operator.kill());

/** Lets the operator loose on the cluster while a client of each server talks, and stops it once in the middle. */
async function adopt(
  { name, ordinals }: LegacyCluster,
  login: Partial<Login> = {},
): Promise<{ clients: ReconnectingClient[]; watch: RolloutMonitor }> {
  const hosts = ordinals.map(ordinal => `${name}-${ordinal}.${name}-mgmt.${environment.namespace}.svc:4222`);
  const clients = await Promise.all(
    hosts.map(async (host, index) =>
      ReconnectingClient.connect([host, ...hosts.slice(0, index), ...hosts.slice(index + 1)], login),
    ),
  );
  const watch = new RolloutMonitor(environment.namespace, name, ordinals.length);
  try {
    environment.operator.start();
    await patchSpec(environment.namespace, name, { paused: false });
    await waitFor(() => watch.left.length > 0, { what: 'the first pod to be replaced', deadline: 90_000 });
    // An Event follows the write that it tells of: whoever is killed between the two has not told.
    await waitFor(async () => (await events(name)).includes('ReplacingPod'), { what: 'the first to be told of' });
    await environment.operator.kill();
    environment.operator.start();
    await waitUntilSettled(environment.namespace, name, ordinals.length, 180_000);
    await waitForMoreMessages(clients);
  } finally {
    await watch.stop();
    await Promise.all(clients.map(async client => client.close()));
  }
  return { clients, watch };
}

/**
 * What is on its way to a server that ends, or said to nobody while a client looks for another, is lost: the Go operator's pods don't say
 * goodbye. It is bounded by the time that takes.
 */
function expectLittleLost(clients: readonly ReconnectingClient[]): void {
  for (const { reconnects, messages } of clients) {
    const { sent, received, longestGap } = messages;
    expect([1, 2, 3]).toContain(reconnects);
    expect(longestGap).toBeLessThan(5_000);
    expect(sent - received).toBeLessThanOrEqual((reconnects * 2_000) / MESSAGE_INTERVAL);
  }
}

const events = async (name: string): Promise<string> =>
  kubectl([
    'get',
    'events',
    '-n',
    environment.namespace,
    '-o',
    `jsonpath={range .items[?(@.involvedObject.name=="${name}")]}{.reason}: {.message}{"\\n"}{end}`,
  ]);

describe('three bare pods of the Go operator', () => {
  const cluster = (): LegacyCluster => ({
    namespace: environment.namespace,
    name: 'old',
    ordinals: ['1', '2', '3'],
    version,
    account: 'talker',
  });
  let login: Login | undefined;

  it('become a StatefulSet, with clients connected throughout that log in as a ServiceAccount', async () => {
    login = await makeLegacyCluster(cluster());
    const { clients, watch } = await adopt(cluster(), login);
    expect(watch.left).toEqual(['old-3', 'old-2', 'old-1']);
    expect(watch.untimely).toEqual([]);
    expect(watch.mostDown).toBe(1);
    // Each was connected to a server that has left, and whoever goes to the next one may have to leave that too.
    expectLittleLost(clients);
    const pods = await getPods(environment.namespace, 'old');
    expect(pods.map(({ metadata }) => metadata?.ownerReferences?.map(({ kind }) => kind))).toEqual([
      ['StatefulSet'],
      ['StatefulSet'],
      ['StatefulSet'],
    ]);
  }, 300_000);

  it('were taken over as they ran, and replaced for that reason', async () => {
    const told = await events('old');
    for (const pod of ['old-1', 'old-2', 'old-3']) {
      expect(told).toContain(`PodAdopted: Adopted running pod ${pod}`);
      expect(told).toMatch(
        new RegExp(`ReplacingPod: Replacing ${pod} \\(\\d of \\d updated\\): the legacy operator created it`),
      );
    }
  });

  it('leave nothing of the Go operator in the children: no stale port, no selector by version, no field of its manager', async () => {
    const service = await getChild('Service', environment.namespace, 'old');
    expect(service?.spec?.ports?.map(({ name }) => name)).toEqual(['tcp-client']);
    const management = await getChild('Service', environment.namespace, 'old-mgmt');
    expect(management?.spec?.ports?.map(({ name }) => name)).toEqual(['cluster', 'monitoring', 'metrics']);
    expect(management?.spec?.selector).toEqual({ app: 'nats', nats_cluster: 'old' });
    const secret = await getChild('Secret', environment.namespace, 'old');
    for (const child of [service, management, secret]) {
      const { managedFields = [] } = (child?.metadata ?? {}) as {
        managedFields?: { manager: string; operation: string }[];
      };
      expect(managedFields.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual(['nats-operator Apply']);
    }
  });

  it('keep the tokens of their ServiceAccounts, whose Secrets say by now who they are', async () => {
    const role = await waitForRole(environment.namespace, 'talker', 'TokensIssued');
    expect(role.status?.secrets?.map(({ username }) => username)).toEqual(['talker']);
    const kept = await waitForLogin(environment.namespace, tokenSecretName('talker', 'old'));
    expect(kept).toEqual(login);
    const servers = await getPods(environment.namespace, 'old');
    for (const server of servers) {
      const connection = await logIn(server, kept);
      await connection.close();
      await expect(logIn(server, { ...kept, pass: `${kept.pass}x` })).rejects.toThrow(/Authorization Violation/i);
    }
  });

  it('keep their version, and their old status stops nobody', async () => {
    const status = (await getCluster(environment.namespace, 'old'))?.status;
    expect(status?.currentVersion).toBe(version);
    const types = status?.conditions?.map(({ type }) => type) ?? [];
    expect(new Set(types).size).toBe(types.length);
    expect(types).not.toContain('ScalingUp');
  });
});

describe('a cluster with a pod whose hexadecimal name no ordinal has', () => {
  it('has a successor of it first, and can be upgraded in the same step', async () => {
    const wanted = '2.15.2';
    // The version that the Go operator took where the spec named none.
    const cluster = {
      namespace: environment.namespace,
      name: 'hex',
      ordinals: ['1', '2', 'a'],
      version: '2.1.9',
      wanted,
    };
    await makeLegacyCluster(cluster);
    const { clients, watch } = await adopt(cluster);
    expect(watch.left).toEqual(['hex-a', 'hex-2', 'hex-1']);
    expect(watch.mostDown).toBeLessThanOrEqual(1);
    expectLittleLost(clients);
    const pods = await getPods(environment.namespace, 'hex');
    expect(pods.map(({ metadata }) => metadata?.name)).toEqual(['hex-1', 'hex-2', 'hex-3']);
    const images = pods.map(({ spec }) => spec?.containers[0]?.image);
    expect(images).toEqual(pods.map(() => `nats:${wanted}`));
    expect((await getCluster(environment.namespace, 'hex'))?.status?.currentVersion).toBe(wanted);
  }, 300_000);
});

describe('going back to the Go operator, as docs/migration.md has it, and coming again', () => {
  it('restarts no server', async () => {
    const before = await identities('old');
    await kubectl(['delete', 'statefulset', 'old', '-n', environment.namespace, '--cascade=orphan']);
    const uid = (await getCluster(environment.namespace, 'old'))?.metadata?.uid;
    const owner = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', name: 'old', uid, controller: true };
    const patch = JSON.stringify({ metadata: { ownerReferences: [owner] } });
    for (const { name = '' } of before) {
      await kubectl(['patch', 'pod', name, '-n', environment.namespace, '--type=merge', '-p', patch]);
    }
    environment.operator.start();
    await waitFor(async () => (await identities('old')).every(({ owner: kind }) => kind === 'StatefulSet'), {
      what: 'the pods to be taken over again',
    });
    await waitUntilSettled(environment.namespace, 'old', before.length);
    expect(await identities('old')).toEqual(before);
  }, 120_000);
});

const identities = async (name: string) =>
  (await getPods(environment.namespace, name)).map(pod => ({
    name: pod.metadata?.name,
    uid: pod.metadata?.uid,
    restarts: restarts(pod),
    owner: pod.metadata?.ownerReferences?.[0]?.kind,
  }));
