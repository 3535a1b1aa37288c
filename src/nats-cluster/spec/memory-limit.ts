import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { parseQuantity } from '../../kubernetes/quantity';
import { NATS_CONTAINER } from './pod-parts';

/** The memory limit of the container `nats` in bytes, by `spec.pod.resources` or else by the template; undefined without one. */
export function natsMemoryLimit({ pod = {}, template }: NatsClusterSpec): number | undefined {
  const containers = template?.spec?.containers ?? [];
  const base = containers.find(({ name }) => name === NATS_CONTAINER) ?? containers[0];
  const own = pod.resources ?? {};
  const { limits } = Object.keys(own).length > 0 ? own : (base?.resources ?? {});
  return parseQuantity(limits?.memory);
}
