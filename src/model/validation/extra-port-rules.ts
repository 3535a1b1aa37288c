import { extraPorts } from '../extra-ports';
import { ownPorts } from '../pod-parts';
import { ports } from '../ports';
import type { Problem } from '../problem';
import type { ReviewedCluster } from './rule';
import { fieldPath } from './schema';

const LAST_PORT = 65_535;

/** A port of `natsConfig.extra` is one that nothing else in the pod listens on: a server that finds it taken does not start. */
export function extraPortsAreFree({ spec }: ReviewedCluster): Problem[] {
  // The exporter comes and goes by a switch: its port is kept free for it.
  const taken = new Map([[ports.metrics as number, 'metrics'], ...ownPorts(spec)]);
  return extraPorts(spec).flatMap(({ keys, port, use }) => {
    const path = keys.reduce(fieldPath, 'spec.natsConfig.extra');
    if (port > LAST_PORT) return [{ path, message: `must be a port from 1 to ${LAST_PORT}, got ${port}` }];
    const other = taken.get(port);
    taken.set(port, use);
    if (other === undefined) return [];
    return [{ path, message: `port ${port} is in use in this pod (${other})`, hint: 'choose another port' }];
  });
}
