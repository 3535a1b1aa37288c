/** The names other tools rely on; all derive from the NatsCluster's name. */

/** A NATS pod: `c-1` … `c-n`. The ordinal is 1-based, as the StatefulSet's `ordinals.start` makes it. */
export const podName = (cluster: string, ordinal: number): string => `${cluster}-${ordinal}`;

/** The ordinal of a pod of that cluster, of 1 or more; undefined for a pod of another name. */
export function podOrdinal(cluster: string, pod: string): number | undefined {
  const ordinal = Number(pod.slice(cluster.length + 1));
  return ordinal >= 1 && podName(cluster, ordinal) === pod ? ordinal : undefined;
}

/** The Service that clients dial. */
export const clientServiceName = (cluster: string): string => cluster;

/** The headless Service that servers find each other by, and that monitoring tools scrape. */
export const managementServiceName = (cluster: string): string => `${cluster}-mgmt`;

/** The Secret that holds nats.conf. */
export const configSecretName = (cluster: string): string => cluster;

/** The Secret with the key of the operator's own user, which no pod mounts. */
export const systemUserSecretName = (cluster: string): string => `${cluster}-system-user`;

/** The StatefulSet of the pods. */
export const statefulSetName = (cluster: string): string => cluster;

/** The PodDisruptionBudget of the pods. */
export const podDisruptionBudgetName = (cluster: string): string => cluster;

/** The DNS name of one pod, as its routes are dialled and its certificate must cover. */
export const podHost = (cluster: string, namespace: string, pod: string): string =>
  `${pod}.${managementServiceName(cluster)}.${namespace}.svc`;

/** The ordinals of a cluster of this size: 1, 2, … size. */
export const ordinals = (size: number): number[] => Array.from({ length: size }, (_, index) => index + 1);
