import { LEASE_DURATION_MS, type LeaseRecord } from './lease';

/** Renewal interval in milliseconds. */
export const RENEW_INTERVAL_MS = 5_000;

/**
 * Milliseconds after which a Lease that could not be renewed counts as lost: a third of its duration before another
 * process may acquire it, so that in-flight writes have completed or failed by then.
 */
export const RENEW_DEADLINE_MS = 10_000;

/**
 * Milliseconds until every cluster-scoped operator has seen a new namespace Lease and stopped writing to its namespace.
 */
export const TAKEOVER_DELAY_MS = 5_000;

/** Poll interval of the namespace Leases in milliseconds. */
export const POLL_INTERVAL_MS = 2_000;

/** Maximum age in milliseconds of the namespace Leases for writes: less than {@link TAKEOVER_DELAY_MS}. */
export const MAX_SNAPSHOT_AGE_MS = 4_000;

/**
 * Milliseconds for which a cluster-scoped operator respects a namespace Lease after its last renewal: another replica
 * of its holder may take over.
 */
const OWNER_GRACE_MS = 2 * LEASE_DURATION_MS;

/** The grace period after a Lease was released: a running replica acquires it within a second. */
const RELEASED_GRACE_MS = 10_000;

export const graceOf = ({ holder }: LeaseRecord): number => (holder === undefined ? RELEASED_GRACE_MS : OWNER_GRACE_MS);

/**
 * Whether a namespace Lease is acquired within the grace period of its previous holder, so that no cluster-scoped
 * operator can have managed the namespace in between. Tolerates clock skew of a few seconds.
 */
export function isContinued(former: LeaseRecord | undefined, now: number): boolean {
  if (former?.scope !== 'namespace') return false;
  const margin = former.holder === undefined ? TAKEOVER_DELAY_MS : 2 * TAKEOVER_DELAY_MS;
  return Math.abs(now - former.renewedAt) < graceOf(former) - margin;
}
