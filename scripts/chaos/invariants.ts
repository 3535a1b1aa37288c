import { readStream } from '../../test/cluster/support/streams';
import { waitFor } from '../../test/cluster/support/wait-for';
import { isPlanned } from './fault-kinds';
import type { MessageLedger } from './message-ledger';
import type { Burst } from './schedule';
import type { Traffic } from './traffic';

/** How long the consumer may take to receive what is acknowledged, in milliseconds: the servers are well by then. */
const DELIVERED_MS = 60_000;
/**
 * How long nobody may be acknowledged by a stream of several replicas where no server was down by us: one whose leader is lost has another one within 9 s
 * (nats-server, server/raft.go: maxElectionTimeout), and machines are busy.
 */
const LONGEST_PAUSE_MS = 15_000;
/** How many of many are named. */
const NAMED = 5;

/** What has to hold when the cluster is well again after a burst. Returns what does not, in words. */
export async function checkBurst({ fault, companion }: Burst, { replicated }: Traffic): Promise<string[]> {
  const pauses = replicated.map(ledger => ({ ledger, ms: ledger.takeLongestPause(performance.now()) }));
  const isOurs = !isPlanned(fault.name) || (companion !== undefined && !isPlanned(companion.fault.name));
  const withoutQuorum = pauses
    .filter(({ ms }) => !isOurs && ms > LONGEST_PAUSE_MS)
    .map(({ ledger, ms }) => `${ledger.stream} acknowledged nothing for ${(ms / 1000).toFixed(1)} s`);
  return [...withoutQuorum, ...(await Promise.all(replicated.map(checkDelivery))).flat()];
}

/** What has to hold at the end, when nobody publishes any more. */
export async function checkStored(servers: string, { replicated, single }: Traffic): Promise<string[]> {
  const problems: string[] = [];
  for (const ledger of [...replicated, ...single]) {
    const { lost, storedTwice } = ledger.compare(await readStream(servers, ledger.stream));
    problems.push(...problemOf(ledger, lost, 'acknowledged and not stored'));
    // The server that knows what it has seen may be lost with a stream's only replica.
    if (replicated.includes(ledger)) problems.push(...problemOf(ledger, storedTwice, 'stored twice'));
  }
  return problems;
}

async function checkDelivery(ledger: MessageLedger): Promise<string[]> {
  const due = ledger.undelivered;
  const missing = (): readonly string[] => {
    const open = new Set(ledger.undelivered);
    return due.filter(id => open.has(id));
  };
  const wait = { what: 'messages to be delivered', deadline: DELIVERED_MS };
  await waitFor(() => missing().length === 0, wait).catch(() => undefined);
  return [
    ...problemOf(ledger, missing(), 'acknowledged and not delivered'),
    ...problemOf(ledger, ledger.duplicates, 'duplicate'),
  ];
}

function problemOf({ stream }: MessageLedger, ids: readonly string[], what: string): string[] {
  if (ids.length === 0) return [];
  return [`${stream}: ${ids.length} ${what}: ${ids.slice(0, NAMED).join(', ')}${ids.length > NAMED ? ', …' : ''}`];
}
