import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { until } from '../../../tools/toolchain/until';
import { bundleOptions } from '../../../scripts/image/operator-bundle';
import { projectRoot } from '../../../scripts/image/project-root';
import { type DevCertificate, makeDevCertificate } from '../../../scripts/operator/dev-certificate';
import { atEnd } from '../../cluster/support/tear-down';
import { waitUntilEstablished } from '../crd/definitions';
import { reservePort } from '../../../tools/toolchain/reserve-ports';
import { deployedObjects } from '../../fixtures/manifests';
import { kubectl, tryKubectl } from '../kubectl';
import { imageNode } from '../../cluster/support/image-node';

/** Namespaces with this label are admitted by the webhooks; the tier's other tests know nothing of them. */
export const ADMITTED = 'admission-test';

const NAME = 'nats-operator-api-test';
const API_PATH = 'secret';
const answersWithinMs = 30_000;

/** Running webhooks of this checkout's module. */
export interface Webhooks {
  /** Ends what answers, and leaves the configuration. */
  readonly halt: () => Promise<void>;
}

/** Bundles the module's admission, runs it beside the API server until the file's end, and has it asked about our kinds. */
export async function startWebhooks(): Promise<Webhooks> {
  await mkdir(join(projectRoot, 'dist'), { recursive: true });
  // Within the checkout: what the bundle requires is found from there.
  const folder = await mkdtemp(join(projectRoot, 'dist', 'admission-'));
  atEnd(async () => rm(folder, { recursive: true, force: true }));
  const bundle = join(folder, 'module.cjs');
  await build({ ...bundleOptions(bundle), entryPoints: ['test/api/admission/admission-module.ts'], logLevel: 'error' });
  await kubectl(['apply', '--server-side', '-f', 'scripts/operator/pepr-store.yaml']);
  await waitUntilEstablished(['crd/peprstores.pepr.dev']);
  const certificate = await makeDevCertificate(folder, '127.0.0.1');
  const port = await reservePort();
  const child = startModule(bundle, certificate, port);
  atEnd(async () => end(child));
  atEnd(uninstall);
  await install(port, certificate.caBundle);
  if (await until(isAnswering, answersWithinMs)) return { halt: async () => end(child) };
  const { stderr } = await tryKubectl(probe, probeManifest);
  throw new Error(`the webhooks do not answer: ${stderr}`);
}

function startModule(bundle: string, { certificate, key }: DevCertificate, port: number): ChildProcess {
  const env = {
    ...process.env,
    KUBECONFIG: process.env.API_TEST_KUBECONFIG,
    PORT: String(port),
    PEPR_API_PATH: API_PATH,
    SSL_CERT_PATH: certificate,
    SSL_KEY_PATH: key,
    LOG_LEVEL: 'error',
  };
  return spawn(imageNode(), [bundle], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function install(port: number, caBundle: string): Promise<void> {
  const items = [
    configuration('MutatingWebhookConfiguration', `https://127.0.0.1:${port}/mutate/${API_PATH}`, caBundle),
    configuration('ValidatingWebhookConfiguration', `https://127.0.0.1:${port}/validate/${API_PATH}`, caBundle),
  ];
  await kubectl(['apply', '--server-side', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
}

function configuration(kind: string, url: string, caBundle: string): object {
  const webhook = {
    name: 'admission.nats.io',
    admissionReviewVersions: ['v1'],
    clientConfig: { url, caBundle },
    failurePolicy: 'Fail',
    sideEffects: 'None',
    matchConditions: deployedMatchConditions(),
    namespaceSelector: { matchLabels: { [ADMITTED]: 'yes' } },
    rules: [
      {
        apiGroups: ['nats.io'],
        apiVersions: ['v1alpha2'],
        operations: ['CREATE', 'UPDATE'],
        resources: ['natsclusters', 'natsserviceroles'],
      },
    ],
  };
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: NAME }, webhooks: [webhook] };
}

/** Those of the webhooks that are deployed; both have the same. */
function deployedMatchConditions(): unknown {
  const [webhook] = deployedObjects('cluster-wide', ['20-deployment']).flatMap(
    ({ webhooks = [] }) => webhooks as readonly { readonly matchConditions?: readonly object[] }[],
  );
  if (webhook?.matchConditions === undefined) throw new Error('the deployed webhooks have no matchConditions');
  return webhook.matchConditions;
}

const probe = ['create', '--dry-run=server', '-n', ADMITTED, '-o', 'jsonpath={.spec.version}', '-f', '-'];

const probeManifest = JSON.stringify({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name: 'probe' },
  spec: {},
});

/** Both webhooks answer: a cluster without a version would be stored with one. */
async function isAnswering(): Promise<boolean> {
  const { code, stdout } = await tryKubectl(probe, probeManifest);
  return code === 0 && stdout !== '';
}

async function uninstall(): Promise<void> {
  await kubectl(['delete', 'mutatingwebhookconfiguration,validatingwebhookconfiguration', NAME, '--ignore-not-found']);
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  if (child.exitCode === null && child.kill('SIGKILL')) await ended;
}
