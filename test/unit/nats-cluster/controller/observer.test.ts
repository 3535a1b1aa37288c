import type { KubeClient } from '../../../../src/runtime/kube-client';
import type { MonitorClient } from '../../../../src/nats-cluster/monitoring/monitor-client';
import { Observer } from '../../../../src/nats-cluster/controller/observer';
import { ClusterCache } from '../../../../src/nats-cluster/controller/cluster-cache';
import type { NatsClusterSpec } from '../../../../generated/nats-cluster';

/** What is seen of a NatsCluster with that spec, and which paths are asked for. */
async function observe(spec: NatsClusterSpec): Promise<{ paths: string[]; secrets: unknown }> {
  const paths: string[] = [];
  const get = (path: string): Promise<unknown> => {
    paths.push(new URL(`https://api${path}`).pathname);
    if (path.endsWith('/natsclusters/c')) return Promise.resolve({ metadata: { name: 'c', namespace: 'team' }, spec });
    return Promise.resolve(path.includes('%') ? {} : undefined);
  };
  const list = async function* (path: string): AsyncGenerator<{ items: never[] }> {
    paths.push(path);
    yield await Promise.resolve({ items: [] });
  };
  const monitor = { ask: () => new Map(), askHealth: () => new Map() } as unknown as MonitorClient;
  const decide = <T>(_key: string, work: () => T): Promise<T> => Promise.resolve(work());
  const options = { imageRepository: undefined, exemptNamespaces: [], issuesTokens: true, operator: undefined };
  const observer = new Observer({ get, list } as unknown as KubeClient, monitor, new ClusterCache(), decide, options);
  const observed = await observer.observe('team/c', true, work => work());
  return { paths, secrets: observed?.secrets };
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
