import type { RunningOperator } from '../src/operator/operator-interface';
import { controller, kube, leadership, stop } from './operator';

/** Maximum age in milliseconds of a watch's last heartbeat, of which there is one at least every four minutes. */
const STALE_WATCH_MS = 600_000;

/** Maximum duration of a reconciliation in milliseconds: each of its requests times out after half a minute. */
const STUCK_RECONCILE_MS = 600_000;

/** The health and the statistics of the operator. */
export function operatorHealth(): RunningOperator {
  // Once synced, a watch that starts later, as that of ServiceAccounts, must not fail readiness.
  let synced = false;
  return {
    livenessFailures: () => [
      ...kube.signs.staleWatches(STALE_WATCH_MS).map(name => `watch ${name} stale for 10m`),
      ...controller.stuckFor(STUCK_RECONCILE_MS).map(key => `reconciliation of ${key} running for 10m`),
    ],
    readinessFailures: () => {
      const unlisted = synced ? [] : kube.signs.unlisted();
      synced ||= unlisted.length === 0;
      return unlisted.map(name => `cache not synced: ${name}`);
    },
    stats: () => ({ ...controller.facts(), leads: leadership.leads(), managed: leadership.namespaces() }),
    stop,
  };
}

/** The health of a process without controllers. */
export const WEBHOOKS_ONLY: RunningOperator = {
  livenessFailures: () => [],
  readinessFailures: () => [],
  stats: () => ({ waiting: 0, running: 0, phases: new Map(), leads: false, managed: new Map() }),
  stop: async () => Promise.resolve(),
};
