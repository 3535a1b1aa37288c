import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { giveExternalAddress } from './support/external-address';
import { kubectl } from './support/kubectl';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { serverInfo } from './support/server-info';
import { atEnd } from './support/tear-down';

const ADDRESS = '203.0.113.7';
const RESTRICTION = 'pod-security.kubernetes.io/enforce';

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('external');
  atEnd(async () => {
    const bindings = [`nats-node-reader-${environment.namespace}`, `blind-${environment.namespace}`];
    await kubectl(['delete', 'clusterrolebinding', ...bindings, '--ignore-not-found']);
    await kubectl(['delete', 'clusterrole', 'nats-node-reader', '--ignore-not-found']);
  });
  await giveExternalAddress(ADDRESS);
}, 180_000);

test('servers that may not read their node, or whose account is missing, say so in the status', async () => {
  await kubectl(['label', 'namespace', environment.namespace, `${RESTRICTION}=restricted`]);
  await applyCluster(environment.namespace, 'blind', { size: 2, pod: { advertiseExternalIP: true } });
  const template = { spec: { serviceAccountName: 'nobody' } };
  await applyCluster(environment.namespace, 'nobodys', { size: 1, pod: { advertiseExternalIP: true }, template });
  const account = `system:serviceaccount:${environment.namespace}:default`;
  const words = `container bootconfig: .*failed to get node .* User "${account}" cannot get resource "nodes"`;
  await waitForCondition(environment.namespace, 'blind', 'Ready', 'False', new RegExp(words));
  await waitForCondition(environment.namespace, 'nobodys', 'Ready', 'False', /serviceaccount "nobody" not found/);
}, 90_000);

test('clients, gateways and leaf nodes find a server at the address of its node, and are told the external one', async () => {
  await kubectl(['label', 'namespace', environment.namespace, `${RESTRICTION}-`]);
  await applyExample(environment.namespace, 'external-ip', { NAMESPACE: environment.namespace });
  const [pod] = await waitUntilSettled(environment.namespace, 'example-external', 1, 90_000);
  const node = pod?.status?.hostIP ?? '';
  expect(await serverInfo(node, 4222)).toMatchObject({ host: ADDRESS, port: 4222 });
  expect(await serverInfo(node, 7222)).toMatchObject({ gateway: 'external', gateway_url: `${ADDRESS}:7222` });
  expect(await serverInfo(node, 7422)).toMatchObject({ leafnode_urls: [`${ADDRESS}:7422`] });
}, 150_000);

test('once they may, they come up, and tell the external addresses of one another', async () => {
  const account = `--serviceaccount=${environment.namespace}:default`;
  await kubectl([
    'create',
    'clusterrolebinding',
    `blind-${environment.namespace}`,
    '--clusterrole=nats-node-reader',
    account,
  ]);
  await environment.kubectl('delete', 'pod', '-l', 'nats_cluster=blind', '--grace-period=1');
  const [pod] = await waitUntilSettled(environment.namespace, 'blind', 2, 90_000);
  const { connect_urls: urls } = await serverInfo(pod?.status?.podIP ?? '', 4222);
  expect(urls).toEqual([`${ADDRESS}:4222`, `${ADDRESS}:4222`]);
}, 120_000);
