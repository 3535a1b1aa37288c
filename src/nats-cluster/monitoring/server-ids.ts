/** Characters of a server's id: a public key of 56. */
const LONGEST_ID = 64;
/** Servers that one is connected to, of its own cluster and of others, which are kept of what it says. */
const MOST_IDS = 1_000;

/** Whether that can be the id of a server. Whatever image a NatsCluster names says it, and it is kept. */
export const isServerId = (id: unknown): id is string => typeof id === 'string' && id.length <= LONGEST_ID;

/** The ids of servers, each once: a server has several routes to each other. */
export function serverIds(ids: Iterable<unknown>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const id of ids) if (isServerId(id) && found.size < MOST_IDS) found.add(id);
  return found;
}
