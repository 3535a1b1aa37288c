import { serveMetrics } from './metrics';
import type { HealthAnswers } from './health-server';
import type { Started } from './start';

/** Milliseconds before the end of its certificate when a replica is asked no more; a renewed one should have come a month earlier. */
const NOTICE = 3_600_000;

/** What the kubelet and a Prometheus are told, from the very beginning on. `started` is undefined until there is an operator. */
export function healthOf(started: () => Started | undefined, isStopping: () => boolean): HealthAnswers {
  return {
    unhealthy: () => started()?.operator.unhealthy() ?? [],
    unready: () => (isStopping() ? ['it is being stopped'] : unready(started(), new Date())),
    metrics: serveMetrics(() => {
      const { operator, certificateManager } = started() ?? {};
      return operator && { ...operator.facts(), certificateExpiry: certificateManager?.expiry() };
    }),
  };
}

function unready(started: Started | undefined, now: Date): readonly string[] {
  if (started === undefined) return ['it is being started'];
  const expiry = started.certificateManager?.expiry();
  const isEnding = expiry !== undefined && expiry.getTime() - now.getTime() < NOTICE;
  const certificate = isEnding ? [`the certificate of the webhooks ends at ${expiry.toISOString()}`] : [];
  return [...started.operator.unhealthy(), ...started.operator.unready(), ...certificate];
}
