import { quote } from '../../text/quote';
import { isCurrent, type Replica } from './report';

/** Whether a Raft group of that size keeps its quorum without one of its servers, or as it is. */
export function keepsQuorum(size: number, replicas: readonly Replica[], leaving?: string): boolean {
  const current = replicas.filter(replica => replica.name !== leaving && isCurrent(replica));
  return current.length >= needed(size);
}

/** Two replicas, or one, have no quorum without one of them, however long one waits: of two, the other has to be current. */
const needed = (size: number): number => Math.min(Math.floor(size / 2) + 1, size - 1);

/** How the servers of a group are that don't count for its quorum, as `c-2 is 1234 behind`. */
export const describeReplicas = (replicas: readonly Replica[]): string =>
  replicas
    .filter(replica => !isCurrent(replica))
    .map(replica => `${nameOfReplica(replica)} ${describeState(replica)}`)
    .join(', ');

const nameOfReplica = ({ name }: Replica): string => quote(name, 'start', LONGEST_NAME) ?? 'a server';

const describeState = ({ offline, lag }: Replica): string =>
  offline ? 'is offline' : lag > 0 ? `is ${lag} behind` : 'is not current';

/** Characters of a name in a message. */
export const LONGEST_NAME = 64;
