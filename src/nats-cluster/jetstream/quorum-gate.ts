import { quote } from '../../text/quote';
import type { Ages } from '../observed';
import type { Member } from '../rollout/members';
import { findAssetBlocker, findLostAssets } from './assets';
import { findLostMeta, findMetaBlocker, hasMetaQuorum } from './meta-group';
import { describeProblem, type JetStreamReport } from './report';
import { isOn, jetStreamReport, servingJetStreams, type Reports } from './server-reports';

/** Milliseconds for which JetStream has to be healthy: a server that is about to lose its leader may look well for a moment. */
const STEADY_MS = 1_000;
/** The same where no server of the cluster leads the meta group: within 10 seconds servers notice that their leader is lost. */
const STEADY_LED_ELSEWHERE_MS = 15_000;
/**
 * How long a server without JetStream stays for a majority that has it to elect a meta leader. More servers may be needed for that: the first group
 * expects as many as there are routes, those to other clusters included.
 */
const ELECTION_MS = 60_000;

/** The part of a cluster's observations that tells how JetStream would be without a server. */
const partOf = (server: string): string => `JetStream without ${server}`;

/**
 * Why JetStream would lose a quorum with this server now, as `stream ORDERS of account A has 2 of 3 replicas current: c-2 is 1234
 * behind`; undefined where it would not. A stream of a single replica is unavailable for as long as its server, whenever that goes.
 *
 * @param ages for how long the answers have been the same in this regard
 */
export function findJetStreamBlocker(
  reports: Reports,
  members: readonly Pick<Member, 'name' | 'outdated'>[],
  { name }: Pick<Member, 'name'>,
  ages: Ages = new Map(),
): string | undefined {
  if (needsNoQuorum(reports, members)) return undefined;
  const names = members.map(member => member.name);
  const age = ages.get(partOf(name)) ?? 0;
  const blocker = findQuorumBlocker(reports, names, name);
  if (blocker !== undefined) return isWithout(reports, name) && age >= ELECTION_MS ? undefined : blocker;
  const steady = isLedElsewhere(reports, names) ? STEADY_LED_ELSEWHERE_MS : STEADY_MS;
  if (age >= steady) return undefined;
  return `JetStream has to stay healthy for ${steady / 1_000} s before ${name} may go`;
}

/**
 * Why the end of a server that is not ready would cost a quorum all the same, as one of which only a sidecar fails. It is not asked itself, and
 * others may be unhealthy because of it, so that only what their leaders say for certain counts.
 */
export function findLostQuorum(
  reports: Reports,
  members: readonly Pick<Member, 'name'>[],
  { name }: Pick<Member, 'name'>,
): string | undefined {
  return findLostAssets(servingJetStreams(reports, members), name);
}

/**
 * The same for a server that has stopped storing messages. Others may have stopped, too, or wait for those that have, so that
 * their health is no reason to keep it: only what has its quorum now, and would lose it.
 */
export function findStoppedBlocker(
  reports: Reports,
  members: readonly Pick<Member, 'name'>[],
  { name }: Pick<Member, 'name'>,
): string | undefined {
  const servers = servingJetStreams(reports, members);
  const unasked = servers.find(({ assets }) => assets === undefined);
  if (unasked !== undefined) return `${unasked.serverName} has not been queried for its streams yet`;
  return findLostMeta(servers, name) ?? findLostAssets(servers, name);
}

/** Whether the meta group has a leader and its quorum without this server. */
export const keepsMeta = (
  reports: Reports,
  members: readonly Pick<Member, 'name'>[],
  { name }: Pick<Member, 'name'>,
): boolean => hasMetaQuorum(servingJetStreams(reports, members), name);

/** For each of these servers whether JetStream keeps its quorums without it, by the last answers; of none if they were not queried for it. */
export function jetStreamStates(reports: Reports, names: readonly string[]): [part: string, state: string][] {
  if (names.every(name => !isQueriedForAssets(jetStreamReport(reports, name)))) return [];
  const servers = names.filter(name => isOn(jetStreamReport(reports, name)));
  const common = [...servers, isLedElsewhere(reports, names) ? 'led elsewhere' : ''].join();
  return names.map(name => [
    partOf(name),
    `${findQuorumBlocker(reports, names, name) === undefined ? 'keeps' : 'loses'},${common}`,
  ]);
}

/** Milliseconds for which a server has been kept or let go in regard to JetStream; undefined if that is unknown. */
export const jetStreamAge = (ages: Ages | undefined, server: string): number | undefined => ages?.get(partOf(server));

/**
 * Whether a server may go whatever JetStream is like: the cluster has none; it is the only server; or JetStream is being switched
 * on and most servers have none yet, so that there can't be a meta leader.
 */
function needsNoQuorum(reports: Reports, members: readonly Pick<Member, 'name' | 'outdated'>[]): boolean {
  if (members.length === 1 || members.every(({ name }) => jetStreamReport(reports, name) === undefined)) return true;
  const without = members.filter(({ name }) => isWithout(reports, name));
  const isMinority = 2 * (members.length - without.length) <= members.length;
  return isMinority && without.some(({ outdated }) => outdated);
}

/** Which of the conditions is not met, by the answers alone. */
function findQuorumBlocker(reports: Reports, names: readonly string[], candidate: string): string | undefined {
  const known = names.map(name => ({ name, report: jetStreamReport(reports, name) }));
  const others = known.filter(({ name }) => name !== candidate);
  for (const { name, report } of others) {
    const problem = findServerBlocker(report);
    if (problem !== undefined) return `${name} ${problem}`;
  }
  const servers = known.flatMap(({ report }) => (isOn(report) ? [report] : []));
  const own = jetStreamReport(reports, candidate);
  const leaving = own?.answered ? own.serverName : candidate;
  return findMetaBlocker(servers, leaving) ?? findAssetBlocker(servers, leaving);
}

function findServerBlocker(report: JetStreamReport | undefined): string | undefined {
  if (report === undefined) return 'has not been queried for JetStream yet';
  if (!report.answered) return `does not answer for JetStream: ${quote(report.reason) ?? ''}`;
  return describeProblem(report);
}

/** With gateways or extra routes, the leader of the meta group may be a server of another cluster. */
const isLedElsewhere = (reports: Reports, names: readonly string[]): boolean =>
  names.every(name => {
    const report = jetStreamReport(reports, name);
    return !isOn(report) || report.metaGroup?.leader !== report.serverName;
  });

/** Its configuration has no JetStream. */
const isWithout = (reports: Reports, name: string): boolean => {
  const report = jetStreamReport(reports, name);
  return report?.answered === true && report.state === 'off';
};

const isQueriedForAssets = (report: JetStreamReport | undefined): boolean =>
  report?.answered === true && report.assets !== undefined;
