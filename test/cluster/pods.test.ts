import type { V1Pod } from '@kubernetes/client-node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../scripts/image/project-root';
import { makeAuthority, makeIdentity } from '../fixtures/certificates';
import { openClient } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { loadExporterImage } from './support/exporter-image';
import { apply, kubectl } from './support/kubectl';
import { monitor } from './support/monitoring';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { getChild, getPods } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { tagImageByDigest } from './support/server-images';
import { atEnd } from './support/tear-down';
import { waitFor } from './support/wait-for';
import { openWebsocket } from './support/websocket';

const SECURE = 'secure-metrics';

let environment: TestEnvironment;
let digest: string;
let ca: string;

beforeAll(async () => {
  await loadExporterImage();
  digest = await tagImageByDigest('2.15.2', 'alpine');
  atEnd(async () => kubectl(['delete', 'priorityclass', 'example-messaging', '--ignore-not-found']));
  environment = await setupTestEnvironment('pods');
  await applyTemplateExample();
  await applyExample(environment.namespace, 'metrics');
  await applySecureMetrics();
}, 180_000);

/** With the image pinned to its digest, as the example advises, and a websocket on the host. */
async function applyTemplateExample(): Promise<void> {
  const example = readFileSync(join(projectRoot, 'examples/pod-template.yaml'), 'utf8');
  const pinned = example.replace(/^ {2}version: .*$/m, `$&@${digest}\n  websocketConfig: { port: 8081 }`);
  await apply(pinned, environment.namespace);
}

/** Its monitoring port speaks HTTPS alone, so that the exporter has to trust the certificate. */
async function applySecureMetrics(): Promise<void> {
  const authority = await makeAuthority();
  ca = authority.cert;
  const names = [`DNS:${SECURE}.${environment.namespace}.svc`, `DNS:*.${SECURE}-mgmt.${environment.namespace}.svc`];
  const { cert, key } = await makeIdentity({ names }, authority);
  const files = { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key };
  await putSecret(environment.namespace, 'secure-tls', files, 'kubernetes.io/tls');
  await applyCluster(environment.namespace, SECURE, {
    size: 1,
    pod: { enableMetrics: true },
    tls: { serverSecret: 'secure-tls', enableHttps: true },
  });
}

async function onlyPod(cluster: string): Promise<V1Pod> {
  const [pod] = await waitUntilSettled(environment.namespace, cluster, 1, 90_000);
  if (pod === undefined) throw new Error(`${cluster} has no pod`);
  return pod;
}

test('examples/pod-template.yaml: pods are as pod and template say', async () => {
  const pod = await onlyPod('example-pods');
  expect(pod.metadata).toMatchObject({
    labels: { team: 'messaging', app: 'nats' },
    annotations: { 'example.com/owner': 'messaging@example.com' },
  });
  expect(pod.spec).toMatchObject({
    priority: 1000,
    imagePullSecrets: [{ name: 'example-registry' }],
    nodeSelector: { 'kubernetes.io/os': 'linux' },
  });
  expect(pod.spec?.tolerations).toContainEqual({
    key: 'example.com/messaging',
    operator: 'Exists',
    effect: 'NoSchedule',
  });
  expect(pod.spec?.containers[0]?.resources).toEqual({
    requests: { cpu: '10m', memory: '32Mi' },
    limits: { memory: '128Mi' },
  });
  expect(await monitor(pod, 'varz')).toMatchObject({ server_name: 'east-example-pods-1' });
  const inServer = ['exec', '-n', environment.namespace, 'example-pods-1', '-c', 'nats', '--', 'sh', '-c'];
  expect(await kubectl([...inServer, 'cat $GREETING_FILE; id -u'])).toBe('hello from a volume\n2000\n');
  expect(await environment.kubectl('logs', 'example-pods-1', '-c', 'companion')).toBe('hello from a volume\n');
}, 120_000);

test('a pinned digest is what runs', async () => {
  const { spec, status, metadata } = await onlyPod('example-pods');
  expect(spec?.containers[0]?.image).toBe(`nats:2.15.2-alpine@${digest}`);
  expect(status?.containerStatuses?.find(({ name }) => name === 'nats')?.imageID).toContain(digest);
  expect(metadata?.labels?.nats_version).toBe('2.15.2-alpine');
}, 120_000);

test('a port of websockets is one of the host too', async () => {
  const { status } = await onlyPod('example-pods');
  const client = await openWebsocket(`ws://${status?.hostIP ?? ''}:8081`);
  expect(client.info?.server_name).toBe('east-example-pods-1');
  await client.close();
}, 120_000);

describe.each(['example-metrics', SECURE])('metrics of %s', cluster => {
  test('are those of the server beside the exporter, and Prometheus finds them', async () => {
    await waitForCondition(environment.namespace, cluster, 'Ready', 'True', /./);
    const [pod] = await getPods(environment.namespace, cluster);
    expect(pod?.metadata?.annotations).toMatchObject({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': '7777' });
    // The exporter is a container of its own, which the server's readiness says nothing of.
    await waitFor(async () => (await metric(cluster, 'varz_connections').catch(() => undefined)) === '0', {
      what: 'the exporter to answer',
    });
    const client = await openClient(
      `${cluster}.${environment.namespace}.svc`,
      cluster === SECURE ? { tls: { ca } } : {},
    );
    await waitFor(async () => (await metric(cluster, 'varz_connections')) === '1', {
      what: 'the metrics to count the client',
    });
    expect(await metric(cluster, 'routez_num_routes')).toBe('0');
    await client.close();
  }, 120_000);
});

/** What the exporter says behind the management Service. */
async function metric(cluster: string, name: string): Promise<string | undefined> {
  const service = await getChild('Service', environment.namespace, `${cluster}-mgmt`);
  const { port = 0 } = service?.spec?.ports?.find(each => each.name === 'metrics') ?? {};
  const response = await fetch(`http://${cluster}-mgmt.${environment.namespace}.svc:${port}/metrics`);
  return new RegExp(`^gnatsd_${name}\\{.*\\} (\\d+)$`, 'm').exec(await response.text())?.[1];
}
