import { until } from '../cluster/until';
import { type ClusterAccess, kubectl, tryKubectl } from './cluster-access';
import { ADMISSION, NAMESPACE, WATCHER } from './names';

/** Our own field manager: what it sets it can take back, and Pepr's fields stay Pepr's. */
const MANAGER = 'nats-operator-dev';
const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const;
const GONE_MS = 60_000;

/**
 * Makes the deployed operator, if there is one, stop watching, and stop admitting where `isAdmittedElsewhere`, so that another process can do it; its admission
 * pods keep running. Returns when the watcher's pod is gone.
 */
export async function standAside(cluster: ClusterAccess, isAdmittedElsewhere = false): Promise<void> {
  await scale(cluster, WATCHER, 0);
  const pods = ['get', 'pods', '-n', NAMESPACE, '-l', `app=${WATCHER}`, '-o', 'name'];
  const isGone = async () => (await kubectl(cluster, pods)).trim() === '';
  if (!(await until(isGone, GONE_MS))) throw new Error(`the deployed watcher is still there after ${GONE_MS / 1000} s`);
  if (!isAdmittedElsewhere) return;
  const webhooks = [
    { name: `${ADMISSION}.pepr.dev`, matchConditions: [{ name: 'another-process-admits', expression: 'false' }] },
  ];
  for (const kind of await presentKinds(cluster)) await applyAsDev(cluster, { ...identityOf(kind), webhooks });
}

/** Undoes `standAside`, whoever did it, and brings the Deployments back to Pepr's numbers; nothing happens where nothing is deployed. */
export async function comeForward(cluster: ClusterAccess): Promise<void> {
  for (const kind of await presentKinds(cluster)) await applyAsDev(cluster, identityOf(kind));
  await scale(cluster, WATCHER, 1);
  await scale(cluster, ADMISSION, 2);
}

async function scale(cluster: ClusterAccess, deployment: string, replicas: number): Promise<void> {
  const args = ['scale', '-n', NAMESPACE, `deployment/${deployment}`, `--replicas=${replicas}`];
  const { code, stderr } = await tryKubectl(cluster, args);
  if (code !== 0 && !/not found/i.test(stderr)) throw new Error(stderr);
}

async function presentKinds(cluster: ClusterAccess): Promise<readonly string[]> {
  const found = await Promise.all(
    KINDS.map(async kind =>
      (await kubectl(cluster, ['get', kind, ADMISSION, '--ignore-not-found', '-o', 'name'])) === '' ? [] : [kind],
    ),
  );
  return found.flat();
}

function identityOf(kind: string): { apiVersion: string; kind: string; metadata: { name: string } } {
  return { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name: ADMISSION } };
}

async function applyAsDev(cluster: ClusterAccess, object: object): Promise<void> {
  await kubectl(cluster, ['apply', '--server-side', `--field-manager=${MANAGER}`, '-f', '-'], JSON.stringify(object));
}
