import type { V1Pod } from '@kubernetes/client-node';
import { tryKubectl, type Answer } from '../../test/cluster/support/kubectl';
import { monitor } from '../../test/cluster/support/monitoring';
import { waitUntilSettled } from '../../test/cluster/support/nats-cluster';
import { getCondition, getPod, getPods } from '../../test/cluster/support/objects';
import { waitFor } from '../../test/cluster/support/wait-for';
import { nodeOf, type ClusterNode } from '../../tools/local-cluster/cluster-node';
import { instanceHere } from '../../tools/local-cluster/lifecycle';

export const SIZE = 3;

/** How long the cluster may take after a burst until all is well again, in milliseconds. */
export const CONVERGENCE_MS = 300_000;

/** The NatsCluster that faults are injected into. */
export interface ChaosCluster {
  readonly namespace: string;
  readonly name: string;
}

export const serviceOf = ({ namespace, name }: ChaosCluster): string => `${name}.${namespace}.svc:4222`;

export const serverName = ({ name }: ChaosCluster, ordinal: number): string => `${name}-${ordinal}`;

export const claimName = (cluster: ChaosCluster, ordinal: number): string =>
  `jetstream-${serverName(cluster, ordinal)}`;

export const chaosNode = (ordinal: number): ClusterNode => nodeOf(instanceHere(), ordinal);

/** The pod of a server; it is there whenever a burst begins. */
export async function serverPod(cluster: ChaosCluster, ordinal: number): Promise<V1Pod> {
  const name = serverName(cluster, ordinal);
  return waitFor(async () => getPod(cluster.namespace, name), { what: `pod ${name}` });
}

/** Waits until all servers are ready and meshed, run the newest spec, and have all that they store: they say so themselves, the status may be a minute old. */
export async function waitUntilWell({ namespace, name }: ChaosCluster, deadline = CONVERGENCE_MS): Promise<void> {
  const end = Date.now() + deadline;
  const remaining = (): number => Math.max(end - Date.now(), 0);
  await waitUntilSettled(namespace, name, SIZE, deadline);
  await waitFor(async () => areHealthy(await getPods(namespace, name)), {
    what: `all servers of ${namespace}/${name} to be healthy`,
    deadline: remaining(),
  });
  for (const type of ['JetStreamReady', 'StorageHealthy'])
    await waitFor(async () => (await getCondition(namespace, name, type))?.status === 'True', {
      what: `${type} of ${namespace}/${name}`,
      deadline: remaining(),
    });
}

/** By `/healthz`, which checks each stream and consumer of a server; it throws while one is not. */
async function areHealthy(pods: readonly V1Pod[]): Promise<boolean> {
  await Promise.all(pods.map(async pod => monitor(pod, 'healthz')));
  return pods.length === SIZE;
}

/** Runs kubectl until it succeeds: the API server or the webhooks of the operator may be down at the moment. What they reject is an error at once. */
export async function kubectlAgain(args: readonly string[], deadline = 120_000): Promise<void> {
  const what = `kubectl ${args.join(' ')}`;
  const { ok, stderr } = await waitFor(
    async () => {
      const answer = await tryKubectl(args);
      if (answer.ok || isRejection(answer)) return answer;
      throw new Error(answer.stderr);
    },
    { what, deadline },
  );
  if (!ok) throw new Error(`${what}: ${stderr}`);
}

const isRejection = ({ stderr }: Answer): boolean => /denied the request|is invalid:|\(BadRequest\)/.test(stderr);
