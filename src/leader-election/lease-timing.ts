import { LEASE_DURATION_MS, type LeaseRecord } from './lease';

/** Milliseconds between two renewals. */
export const RENEW_INTERVAL_MS = 5_000;

/**
 * Milliseconds after which a Lease that could not be renewed is held no longer: a third of its life before somebody else may take it, so that whatever was sent
 * meanwhile has arrived or is lost.
 */
export const RENEW_DEADLINE_MS = 10_000;

/** Milliseconds until every operator of all namespaces has seen a new claim, and has left its namespace alone. */
export const TAKEOVER_DELAY_MS = 5_000;

/** Milliseconds between two readings of the claims. */
export const POLL_INTERVAL_MS = 2_000;

/** Milliseconds after which a reading of the claims is no ground to write into a namespace: less than they wait. */
export const MAX_SNAPSHOT_AGE_MS = 4_000;

/** Milliseconds for which an operator of all namespaces leaves one alone after the last sign of its own operator: another replica of that may be about to take over. */
const OWNER_GRACE_MS = 2 * LEASE_DURATION_MS;

/** The same after it has given up its Lease: another replica that is there takes it in a second. */
const RELEASED_GRACE_MS = 10_000;

export const graceOf = ({ holder }: LeaseRecord): number => (holder === undefined ? RELEASED_GRACE_MS : OWNER_GRACE_MS);

/**
 * Whether whoever claims a namespace goes on where the last operator of its own stopped, so that no operator of all namespaces can have stepped in between.
 * Clocks may be a few seconds apart.
 */
export function isContinued(former: LeaseRecord | undefined, now: number): boolean {
  if (former?.scope !== 'namespace') return false;
  const margin = former.holder === undefined ? TAKEOVER_DELAY_MS : 2 * TAKEOVER_DELAY_MS;
  return Math.abs(now - former.renewedAt) < graceOf(former) - margin;
}
