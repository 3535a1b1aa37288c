import type { Answered, Audit } from '../audit';

const WRITES = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/** One write to something that belongs to a cluster, and by whom. */
export interface Write {
  readonly user: string;
  /** Milliseconds since 1970, by the API server's clock. */
  readonly at: number;
  readonly what: string;
}

/** What these users have written but their Leases and what they tell of them, in the order in which it arrived. */
export async function writesOf(audit: Audit, users: readonly string[]): Promise<Write[]> {
  const all = await Promise.all(users.map(async user => (await audit.of(user)).filter(isWrite).map(toWrite)));
  return all.flat().sort((a, b) => a.at - b.at);
}

/** Where one writer follows another: the users, in order, each once for each time that it took over. */
export function turnsOf(writes: readonly Write[]): string[] {
  const users = writes.map(({ user }) => user);
  return users.filter((user, index) => user !== users[index - 1]);
}

const isWrite = ({ verb, objectRef, responseStatus }: Answered): boolean =>
  WRITES.has(verb) && objectRef?.resource !== 'leases' && (responseStatus?.code ?? 500) < 300;

const toWrite = ({ user, requestReceivedTimestamp, verb, objectRef }: Answered): Write => ({
  user: user.username,
  at: Date.parse(requestReceivedTimestamp),
  what: [verb, objectRef?.resource, objectRef?.namespace, objectRef?.name].join(' '),
});
