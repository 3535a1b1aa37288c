import type { V1Pod } from '@kubernetes/client-node';
import type { NatsClusterObject } from '../../../src/nats-cluster/spec/resolve-cluster';
import type { Child } from '../../../src/nats-cluster/children';
import { podPath, podsPath } from '../../../src/runtime/api-paths';
import { childPath, clusterPath } from '../../../src/nats-cluster/controller/cluster-api';
import { KubeClient } from '../../../src/runtime/kube-client';

/** Reads what the API server holds, as the admin of KUBECONFIG: cheap enough to be asked again and again while waiting. */
export const api = new KubeClient();

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

export async function getCluster(namespace: string, name: string): Promise<NatsClusterObject | undefined> {
  return (await api.get(clusterPath(namespace, name))) as NatsClusterObject | undefined;
}

/** The condition of that type, once the operator has seen the newest spec; undefined before that. */
export async function getCondition(namespace: string, name: string, type: string): Promise<Condition | undefined> {
  const cluster = await getCluster(namespace, name);
  const conditions = (cluster?.status?.conditions ?? []) as Condition[];
  const generation = cluster?.metadata?.generation;
  return conditions.find(condition => condition.type === type && condition.observedGeneration === generation);
}

/** The child as it is stored; undefined where there is none. */
export async function getChild<Kind extends Child['kind']>(
  kind: Kind,
  namespace: string,
  name: string,
): Promise<Extract<Child, { kind: Kind }> | undefined> {
  return (await api.get(childPath(kind, namespace, name))) as Extract<Child, { kind: Kind }> | undefined;
}

export async function getPod(namespace: string, name: string): Promise<V1Pod | undefined> {
  return (await api.get(podPath(namespace, name))) as V1Pod | undefined;
}

/** The pods of a cluster by its labels, those that are shutting down included, in the order of their names. */
export async function getPods(namespace: string, cluster: string): Promise<V1Pod[]> {
  const list = (await api.get(podsPath(namespace), { labelSelector: `app=nats,nats_cluster=${cluster}` })) as {
    items: V1Pod[];
  };
  return list.items;
}

export function isReady({ metadata, status }: V1Pod): boolean {
  const ready = status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  return ready && metadata?.deletionTimestamp === undefined;
}

/** How often the containers of a pod were restarted. */
export function restarts({ status }: V1Pod): number {
  return (status?.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0);
}
