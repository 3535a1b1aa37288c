import type { V1Pod } from '@kubernetes/client-node';
import { ports } from '../spec/ports';
import { monitorScheme } from './monitor-scheme';

/** The address of a page of a server's monitor. */
export function monitorUrl(pod: V1Pod, path: string): URL {
  const address = pod.status?.podIP ?? '';
  const authority = address.includes(':') ? `[${address}]` : address;
  return new URL(`${monitorScheme(pod)}://${authority}:${ports.monitoring}${path}`);
}
