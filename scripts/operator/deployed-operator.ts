import { until } from '../../tools/toolchain/until';
import { type ClusterAccess, kubectl, tryKubectl } from './cluster-access';
import { byManifests, byPepr, type Way } from './ways';

/** Our own field manager: what it sets it can take back, and the fields of who deployed stay theirs. */
const MANAGER = 'nats-operator-dev';
const KINDS = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'] as const;
const WAYS = [byManifests, byPepr];
const GONE_MS = 60_000;

/**
 * Makes the deployed operator, if there is one, stop watching and admitting, so that another process can do it. Returns when the pods that watched are gone.
 */
export async function standAside(cluster: ClusterAccess): Promise<void> {
  for (const way of WAYS) {
    await forEachConfiguration(cluster, way, identity => ({ ...identity, webhooks: [asksNobody(way)] }));
    for (const { name, watches } of way.deployments) if (watches) await scale(cluster, way, name, 0);
    if (!(await until(() => isIdle(cluster, way), GONE_MS)))
      throw new Error(`the operator deployed in ${way.namespace} still runs after ${GONE_MS / 1000} s`);
  }
}

/** Undoes `standAside`, whoever did it, and brings the Deployments back to their numbers; nothing happens where nothing is deployed. */
export async function comeForward(cluster: ClusterAccess): Promise<void> {
  for (const way of WAYS) {
    for (const { name, replicas } of way.deployments) await scale(cluster, way, name, replicas);
    await forEachConfiguration(cluster, way, identity => identity);
  }
}

function asksNobody({ webhooks }: Way): object {
  return { name: webhooks.name, matchConditions: [{ name: 'another-process-admits', expression: 'false' }] };
}

async function isIdle(cluster: ClusterAccess, { namespace, deployments }: Way): Promise<boolean> {
  const watching = deployments.filter(({ watches }) => watches).map(({ name }) => `deployment/${name}`);
  const path = '{.status.replicas}{.items[*].status.replicas}';
  const args = ['get', ...watching, '-n', namespace, '--ignore-not-found', '-o', `jsonpath=${path}`];
  return /^0*$/.test((await kubectl(cluster, args)).trim());
}

async function scale(cluster: ClusterAccess, { namespace }: Way, deployment: string, replicas: number): Promise<void> {
  const args = ['scale', '-n', namespace, `deployment/${deployment}`, `--replicas=${replicas}`];
  const { code, stderr } = await tryKubectl(cluster, args);
  if (code !== 0 && !/not found/i.test(stderr)) throw new Error(stderr);
}

interface Identity {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Applies what is made of the identity of each of the way's configurations that is there. */
async function forEachConfiguration(
  cluster: ClusterAccess,
  { webhooks }: Way,
  make: (identity: Identity) => object,
): Promise<void> {
  const name = webhooks.configuration;
  for (const kind of KINDS) {
    if ((await kubectl(cluster, ['get', kind, name, '--ignore-not-found', '-o', 'name'])) === '') continue;
    const identity = { apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata: { name } };
    const args = ['apply', '--server-side', `--field-manager=${MANAGER}`, '-f', '-'];
    await kubectl(cluster, args, JSON.stringify(make(identity)));
  }
}
