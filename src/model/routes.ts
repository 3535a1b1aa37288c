import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { managementServiceName, ordinals, podHost, podName } from './names';
import { ports } from './ports';

/** The URLs that every server dials: one for each of our own ordinals, then the spec's extra routes in their order. */
export function resolveRoutes(
  name: string,
  namespace: string,
  size: number,
  extraRoutes: NatsClusterSpec['extraRoutes'] = [],
): string[] {
  const own = ordinals(size).map(
    ordinal => `nats://${podHost(name, namespace, podName(name, ordinal))}:${ports.cluster}`,
  );
  const extra = extraRoutes.flatMap(({ cluster, route }) => {
    if (route) return [route];
    return cluster ? [`nats://${managementServiceName(cluster)}:${ports.cluster}`] : [];
  });
  return [...own, ...extra];
}
