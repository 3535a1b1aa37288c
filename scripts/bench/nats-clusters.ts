import type { Child } from '../../src/nats-cluster/children';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { sync } from '../../src/nats-cluster/sync';
import { newestNatsVersion } from '../../tools/toolchain/nats-versions';

/** A NatsCluster as people write them. */
export const natsCluster = (namespace: string, name: string, size = 3, more: object = {}) => ({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name, namespace },
  spec: { size, version: newestNatsVersion, ...more },
});

/** What the operator would write for it, in that order. */
export function renderedChildren(cluster: NatsClusterObject): Child[] {
  const observed = { cluster, children: [], pods: [], servers: new Map<string, never>() };
  return sync(observed, new Date()).actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));
}
