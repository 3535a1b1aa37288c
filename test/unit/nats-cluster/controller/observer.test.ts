import type { KubeClient } from '../../../../src/runtime/kube-client';
import type { MonitorClient } from '../../../../src/nats-cluster/monitoring/monitor-client';
import type { MonitorQuery } from '../../../../src/nats-cluster/monitoring/server-report';
import { Observer } from '../../../../src/nats-cluster/controller/observer';
import { ClusterCache } from '../../../../src/nats-cluster/controller/cluster-cache';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { SystemUserKey } from '../../../../src/nats-cluster/spec/system-user';
import { isPublicNkey } from '../../../../src/nats/nkey';
import { secretOf } from '../../../fixtures/secret';

/** What is seen of a NatsCluster with that spec, which paths are asked for, and what its servers are. */
async function observe(
  spec: NatsClusterSpec,
  stored: Record<string, object> = {},
): Promise<{
  paths: string[];
  secrets: unknown;
  query: MonitorQuery | undefined;
  systemUser: SystemUserKey | undefined;
}> {
  const paths: string[] = [];
  let query: MonitorQuery | undefined;
  const get = (path: string): Promise<unknown> => {
    paths.push(new URL(`https://api${path}`).pathname);
    if (path.endsWith('/natsclusters/c')) return Promise.resolve({ metadata: { name: 'c', namespace: 'team' }, spec });
    const kind = path.includes('/secrets/') ? { kind: 'Secret' } : {};
    if (stored[path] !== undefined) return Promise.resolve({ ...kind, ...stored[path] });
    return Promise.resolve(path.includes('%') ? {} : undefined);
  };
  const list = async function* (path: string): AsyncGenerator<{ items: never[] }> {
    paths.push(path);
    yield await Promise.resolve({ items: [] });
  };
  const ask = (...[, , , asked]: Parameters<MonitorClient['ask']>) => {
    query = asked;
    return new Map();
  };
  const monitor = { ask, askHealth: () => new Map() } as unknown as MonitorClient;
  const decide = <T>(_key: string, work: () => T): Promise<T> => Promise.resolve(work());
  const options = { imageRepository: undefined, exemptNamespaces: [], issuesTokens: true, operator: undefined };
  const observer = new Observer({ get, list } as unknown as KubeClient, monitor, new ClusterCache(), decide, options);
  const observed = await observer.observe('team/c', true, work => work());
  return { paths, secrets: observed?.secrets, query, systemUser: observed?.systemUser };
}

test('no name in a spec, as one from before the rules of the CRD may hold, leads to another namespace', async () => {
  const { paths, secrets } = await observe({
    auth: { clientsAuthSecret: '../../other/secrets/x' },
    tls: { serverSecret: '..', routesSecret: 'a?watch=true' },
  });
  expect(paths).toEqual(
    expect.arrayContaining([
      '/api/v1/namespaces/team/secrets/..%2F..%2Fother%2Fsecrets%2Fx',
      '/api/v1/namespaces/team/secrets/a%3Fwatch%3Dtrue',
    ]),
  );
  expect(paths.filter(path => !path.includes('/namespaces/team/'))).toEqual([]);
  expect(secrets).toEqual(
    new Map([
      ['..', undefined],
      ['a?watch=true', {}],
      ['../../other/secrets/x', {}],
    ]),
  );
});

describe('of JetStream servers are asked', () => {
  const jetstream = { fileStorage: { size: '1Gi' } };
  const statefulSet = {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet' },
    metadata: { name: 'c', namespace: 'team', uid: 'uid', labels: { app: 'nats' } },
    spec: { replicas: 3, updateStrategy: { rollingUpdate: { partition: 3 } } },
    status: { currentRevision: 'new', updateRevision: 'new' },
  };

  test.each<[string, NatsClusterSpec, object | undefined, MonitorQuery['jetstream']]>([
    ['nothing where they have none', { size: 3 }, statefulSet, undefined],
    ['how it is', { size: 3, jetstream }, statefulSet, 'status'],
    [
      'how it is, if it is by natsConfig.extra',
      { size: 3, natsConfig: { extra: { jetstream: true } } },
      statefulSet,
      'status',
    ],
    ['where its streams are before one of them leaves', { size: 2, jetstream }, statefulSet, 'configurations'],
    [
      'for its streams before one of them leaves, if it is by natsConfig.extra',
      { size: 2, natsConfig: { extra: { jetstream: true } } },
      statefulSet,
      'assets',
    ],
    [
      'for its streams before one is replaced',
      { size: 3, jetstream },
      { ...statefulSet, status: { currentRevision: 'old', updateRevision: 'new' } },
      'assets',
    ],
  ])('%s', async (_what, spec, live, jetStreamQuery) => {
    const stored = live && { '/apis/apps/v1/namespaces/team/statefulsets/c': live };
    expect((await observe(spec, stored)).query?.jetstream).toBe(jetStreamQuery);
  });
});

describe('the key of the operator’s own user', () => {
  const own = '/api/v1/namespaces/team/secrets/c-system-user';
  const jetstream = { memoryStorage: { size: '64Mi' } };

  test('is not looked for without JetStream', async () => {
    const { paths, systemUser } = await observe({});
    expect(paths).not.toContain(own);
    expect(systemUser).toBeUndefined();
  });

  test('is a new one where none is stored, and the stored one otherwise', async () => {
    const made = (await observe({ jetstream })).systemUser;
    expect(isPublicNkey(made?.publicKey ?? '', 'U')).toBe(true);
    const stored = { metadata: { name: 'c-system-user', namespace: 'team' }, ...secretOf({ seed: made?.seed ?? '' }) };
    const { paths, systemUser } = await observe({ jetstream }, { [own]: stored });
    expect(paths).toContain(own);
    expect(systemUser).toStrictEqual(made);
  });
});
