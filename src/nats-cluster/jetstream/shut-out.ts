import type { Operation } from '../../../generated/nats-cluster';

/** How long servers do not take one of the name of a removed one (nats-server v2.10.29 to v2.15.2, server/raft.go, peerRemoveTimeout), and a moment more. */
const SHUT_OUT_MS = 305_000;

/** Until when servers do not take one of the name of the last one that was removed; undefined if they do. */
export function shutOutUntil(operation: Operation | undefined, now: Date): Date | undefined {
  const removedAt = Date.parse(operation?.removedAt ?? '');
  if (Number.isNaN(removedAt)) return undefined;
  // A clock that was ahead must not keep it longer.
  const until = Math.min(removedAt, now.getTime()) + SHUT_OUT_MS;
  return until > now.getTime() ? new Date(until) : undefined;
}
