import type { V1Pod } from '@kubernetes/client-node';
import type { ChildService } from '../../src/nats-cluster/child';
import { openClient } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getChild } from './support/objects';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const NAME = 'example-services';
const PLAIN = 'plain';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupRestrictedEnvironment('services');
  await Promise.all([
    applyExample(environment.namespace, 'services'),
    applyCluster(environment.namespace, PLAIN, {
      size: 2,
      servicePolicy: { type: 'NodePort', externalTrafficPolicy: 'Local' },
    }),
  ]);
  await Promise.all([NAME, PLAIN].map(async name => waitUntilSettled(environment.namespace, name, 2, 90_000)));
}, 180_000);

async function service(name: string): Promise<ChildService> {
  const found = await getChild('Service', environment.namespace, name);
  if (found === undefined) throw new Error(`there is no Service ${name}`);
  return found;
}

/** The servers that a client learns of from the one that it has connected to by the Service. */
async function serversTold(cluster: string): Promise<readonly string[]> {
  const client = await openClient(`${cluster}.${environment.namespace}.svc`);
  try {
    return client.info?.connect_urls ?? [];
  } finally {
    await client.close();
  }
}

test('the Service for clients is as servicePolicy asks', async () => {
  const { metadata, spec } = await service(NAME);
  expect(metadata).toMatchObject({
    labels: { app: 'nats', nats_cluster: NAME, team: 'messaging' },
    annotations: { 'example.com/load-balancer': 'internal' },
  });
  expect(spec).toMatchObject({
    type: 'LoadBalancer',
    loadBalancerClass: 'example.com/internal',
    externalTrafficPolicy: 'Local',
    ipFamilyPolicy: 'PreferDualStack',
  });
  expect((await service(PLAIN)).spec).toMatchObject({ type: 'NodePort', externalTrafficPolicy: 'Local' });
});

test('the Service for servers is as managementServicePolicy asks', async () => {
  const { metadata, spec } = await service(`${NAME}-mgmt`);
  expect(metadata).toMatchObject({
    labels: { app: 'nats', nats_cluster: NAME, team: 'messaging' },
    annotations: { 'example.com/scrape': 'true' },
  });
  expect(spec).toMatchObject({ clusterIP: 'None', ipFamilyPolicy: 'PreferDualStack' });
});

test('clients learn of the other servers, but not where noAdvertise asks for that', async () => {
  const told = await waitFor(async () => (await serversTold(PLAIN)).length === 2, { what: 'both servers to be told' });
  expect(told).toBe(true);
  expect(await serversTold(NAME)).toEqual([]);
}, 60_000);

test('changed policies change the Services, and no server is restarted', async () => {
  const before = await waitUntilSettled(environment.namespace, PLAIN, 2);
  const policy = { type: 'ClusterIP', externalTrafficPolicy: null, labels: { team: 'other' } };
  await patchSpec(environment.namespace, PLAIN, { servicePolicy: policy });
  await waitFor(async () => (await service(PLAIN)).spec?.type === 'ClusterIP', { what: 'the Service to change' });
  const { metadata, spec } = await service(PLAIN);
  expect(metadata.labels).toMatchObject({ team: 'other' });
  expect(spec?.ports?.map(({ nodePort }) => nodePort)).toEqual([undefined]);
  const after = await waitUntilSettled(environment.namespace, PLAIN, 2);
  const uids = (pods: readonly V1Pod[]): unknown => pods.map(({ metadata: { uid } = {} }) => uid);
  expect(uids(after)).toEqual(uids(before));
}, 120_000);

test('what Kubernetes can not give is told, and given up', async () => {
  await patchSpec(environment.namespace, PLAIN, { servicePolicy: { ipFamilyPolicy: 'RequireDualStack' } });
  await waitForCondition(environment.namespace, PLAIN, 'Stalled', 'True', /ipFamilyPolicy.*dual-stack/);
  await patchSpec(environment.namespace, PLAIN, { servicePolicy: { ipFamilyPolicy: null } });
  await waitUntilSettled(environment.namespace, PLAIN, 2);
}, 120_000);
