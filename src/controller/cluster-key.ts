import { CLUSTER_LABEL } from '../model/labels';

/** What a cluster is called in the work queue: `namespace/name`. */
export type ClusterKey = string;

export const clusterKey = (namespace = '', name = ''): ClusterKey => `${namespace}/${name}`;

export function splitKey(key: ClusterKey): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}

/** The cluster that an object belongs to by its label; undefined where it has none. */
export function keyOfOwned({ metadata }: Labelled): ClusterKey | undefined {
  const cluster = metadata?.labels?.[CLUSTER_LABEL];
  return cluster === undefined ? undefined : clusterKey(metadata?.namespace, cluster);
}

interface Labelled {
  readonly metadata?: { readonly namespace?: string; readonly labels?: Record<string, string> };
}
