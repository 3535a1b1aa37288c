import type { JetStreamHealth } from './jetstream/health';
import { evacuationAge } from './jetstream/evacuation-age';
import { jetStreamAge } from './jetstream/quorum-gate';
import type { Ages } from './observed';
import { isHealthy, type Member } from './rollout/members';
import type { RemotesReview } from './rollout/remotes';
import { RELOAD_DEADLINE, type PendingReload } from './reload/plan-reload';
import type { NextStep } from './rollout/next-step';

/** Milliseconds. The API server sends events; these intervals are for what does not. */
const MESH_FORMING_MS = 250;
const RELOADING_MS = 100;
const RETRY_MS = 5_000;
const UNRESPONSIVE_MS = 2_000;
const NAME_CONFLICT_MS = 2_000;
const NOT_READY_MS = 15_000;
const QUORUM_FORMING_MS = 1_000;
/** How long replicas may take to catch up before they are asked less often. */
const CATCHING_UP_MS = 60_000;
const REMOTES_CONNECTED_MS = 60_000;
const JETSTREAM_RESYNC_MS = 60_000;
const RESYNC_MS = 300_000;

/** Milliseconds until the next reconciliation without an event: routes form without one, and a slow start becomes a failed one by time alone. */
export function requeueAfter(
  members: readonly Member[],
  step: NextStep,
  blocked: boolean,
  pendingReloads: readonly PendingReload[] = [],
): number {
  if (blocked) return NAME_CONFLICT_MS;
  return Math.min(untilVerified(pendingReloads), untilServing(members, step));
}

/** A reload takes a moment, and no event announces its end. */
function untilVerified(pendingReloads: readonly PendingReload[]): number {
  if (pendingReloads.length === 0) return Infinity;
  const age = Math.min(...pendingReloads.map(server => server.age));
  if (age < RETRY_MS) return RELOADING_MS;
  return age < RELOAD_DEADLINE ? UNRESPONSIVE_MS : NOT_READY_MS;
}

function untilServing(members: readonly Member[], step: NextStep): number {
  const unhealthy = members.filter(member => !isHealthy(member));
  const young = unhealthy.filter(({ ready, longReady }) => ready && !longReady);
  // To ask a server that does not answer takes as long as patience lasts.
  if (young.length > 0)
    return unhealthy.some(({ ready, answers }) => ready && !answers) ? UNRESPONSIVE_MS : MESH_FORMING_MS;
  return unhealthy.length > 0 || step.kind !== 'settled' ? NOT_READY_MS : RESYNC_MS;
}

/** Milliseconds until the remotes are checked again: their connections change without an event. */
export function untilConnected(review: RemotesReview | undefined): number {
  if (review === undefined) return Infinity;
  if (review.missing.length === 0) return REMOTES_CONNECTED_MS;
  return review.young ? UNRESPONSIVE_MS : RETRY_MS;
}

/** Milliseconds until JetStream is checked again where it may be what a step waits for: replicas catch up without an event. */
export function untilQuorum(members: readonly Member[], step: NextStep, ages: Ages | undefined): number {
  if (step.kind !== 'wait' || !members.every(isHealthy)) return Infinity;
  const known = members.flatMap(({ name }) => jetStreamAge(ages, name) ?? []);
  if (known.length === 0) return Infinity;
  return Math.min(...known) < CATCHING_UP_MS ? QUORUM_FORMING_MS : RETRY_MS;
}

/** Milliseconds until an operation goes on: streams move without an event, some of them for long. */
export function untilMoved(step: NextStep, ages: Ages | undefined): number {
  if (step.kind !== 'operate') return Infinity;
  return (evacuationAge(ages, step.operation.server) ?? 0) < CATCHING_UP_MS ? QUORUM_FORMING_MS : RETRY_MS;
}

/** Milliseconds until JetStream is asked again how it is: its usage and its replicas change without an event. */
export function untilJetStreamChanges(health: JetStreamHealth | undefined): number {
  if (health === undefined) return Infinity;
  return health.problem === undefined ? JETSTREAM_RESYNC_MS : RETRY_MS;
}
