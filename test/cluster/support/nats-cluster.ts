import type { V1Pod } from '@kubernetes/client-node';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { areMeshed } from './monitoring';
import { getCluster, getCondition, getPods } from './objects';
import { apply, kubectl } from './kubectl';
import { waitFor } from './wait-for';

/** Applies a NatsCluster of that spec. */
export async function applyCluster(namespace: string, name: string, spec: NatsClusterSpec): Promise<void> {
  const manifest = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name }, spec };
  await apply(JSON.stringify(manifest), namespace);
}

/** Merges fields into the spec of a NatsCluster; null takes one away. */
export async function patchSpec(namespace: string, name: string, spec: object): Promise<void> {
  await kubectl(['patch', 'nats', name, '-n', namespace, '--type=merge', '-p', JSON.stringify({ spec })]);
}

/**
 * Waits until the servers themselves and the status agree: so many pods, ready and meshed, and the conditions of the newest spec say that all is
 * settled. Returns the pods in the order of their names.
 *
 * @param deadline in milliseconds
 */
export async function waitUntilSettled(
  namespace: string,
  name: string,
  size: number,
  deadline = 60_000,
): Promise<V1Pod[]> {
  return waitFor(
    async () => {
      const pods = await meshedPods(namespace, name, size);
      return pods && (await isSettled(namespace, name)) ? pods : undefined;
    },
    { what: `${size} ready and meshed servers of ${namespace}/${name}`, deadline },
  ).catch(async (error: unknown) => {
    const cluster = await getCluster(namespace, name);
    throw new Error(`${String(error)}\nstatus: ${JSON.stringify(cluster?.status, undefined, 1)}`);
  });
}

async function isSettled(namespace: string, name: string): Promise<boolean> {
  const wanted: readonly [string, string | undefined][] = [
    ['Ready', 'True'],
    ['ConfigApplied', 'True'],
    ['SpecValid', 'True'],
    ['Reconciling', undefined],
    ['Stalled', undefined],
  ];
  const found = await Promise.all(wanted.map(async ([type]) => getCondition(namespace, name, type)));
  return wanted.every(([, status], index) => found[index]?.status === status);
}

/** Waits for only the servers, whatever the status says: for when nobody is there to write it. */
export async function waitUntilMeshed(
  namespace: string,
  name: string,
  size: number,
  deadline = 60_000,
): Promise<V1Pod[]> {
  return waitFor(async () => meshedPods(namespace, name, size), {
    what: `${size} ready and meshed pods of ${namespace}/${name}`,
    deadline,
  });
}

/** The pods, where there are so many of them and each has routes to all others. */
async function meshedPods(namespace: string, name: string, size: number): Promise<V1Pod[] | undefined> {
  const pods = await getPods(namespace, name);
  return pods.length === size && (await areMeshed(pods)) ? pods : undefined;
}
