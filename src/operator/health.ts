import { serveMetrics } from './metrics';
import type { HealthAnswers } from './health-server';
import type { Started } from './start';

/**
 * A replica is not ready within this time before its certificate expires, in milliseconds; renewal is due a month
 * earlier.
 */
const EXPIRY_MARGIN_MS = 3_600_000;

/** The responses of the health port, from process start on. `started` is undefined until the operator runs. */
export function healthOf(started: () => Started | undefined, isStopping: () => boolean): HealthAnswers {
  return {
    livenessFailures: () => started()?.operator.livenessFailures() ?? [],
    readinessFailures: () => (isStopping() ? ['shutting down'] : readinessFailures(started(), new Date())),
    metrics: serveMetrics(() => {
      const { operator, certificateManager } = started() ?? {};
      return operator && { ...operator.stats(), certificateExpiry: certificateManager?.expiry() };
    }),
  };
}

function readinessFailures(started: Started | undefined, now: Date): readonly string[] {
  if (started === undefined) return ['starting'];
  const expiry = started.certificateManager?.expiry();
  const expiresSoon = expiry !== undefined && expiry.getTime() - now.getTime() < EXPIRY_MARGIN_MS;
  const certificate = expiresSoon ? [`webhook serving certificate expires at ${expiry.toISOString()}`] : [];
  return [...started.operator.livenessFailures(), ...started.operator.readinessFailures(), ...certificate];
}
