import type { Observed } from '../observed';
import type { Member } from '../rollout/members';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { hasStopped } from './stopped-storage';
import { describeProblem, type AnsweringJetStream, type JetStreamReport } from './report';

/** How JetStream is, by what its servers say. */
export interface JetStreamHealth {
  /** The server that leads the meta group; undefined if none does, or servers are not clustered. */
  readonly metaLeader: string | undefined;
  /** The servers that answered, in the order of their ordinals. */
  readonly servers: readonly ServerHealth[];
  /** What is wrong with JetStream; undefined if nothing is. */
  readonly problem: JetStreamProblem | undefined;
}

export interface ServerHealth {
  readonly name: string;
  readonly streams: number;
  /** How much of its limits streams use, in percent, in steps of `STEP`: each write of the status is an event for all who watch. */
  readonly storagePercent: number;
  readonly memoryPercent: number;
  /** Everything that it stores is current. */
  readonly isCurrent: boolean;
}

export interface JetStreamProblem {
  readonly kind: 'disabled' | 'noMetaLeader' | 'unhealthy';
  /** A sentence without a full stop. */
  readonly message: string;
}

/** Percent that usage is rounded down to. */
const STEP = 5;
/** What servers of any image may say. */
const MAX_PERCENT = 1_000;

/** How JetStream is; undefined where no server has been asked for it. */
export function jetStreamHealth(
  members: readonly Member[],
  { servers, health }: Pick<Observed, 'servers' | 'health'>,
): JetStreamHealth | undefined {
  const reports = members.flatMap(({ name }) => {
    const report = servers.get(name);
    return report?.answered && report.jetstream !== undefined ? [{ name, report: report.jetstream }] : [];
  });
  const stopped = members.flatMap(({ name }) => findStopped(name, health?.get(name)) ?? []);
  if (reports.length + stopped.length === 0) return undefined;
  const answering = reports.flatMap(({ name, report }) => (report.answered ? [{ name, report }] : []));
  const leaders = answering.flatMap(({ report }) => report.metaGroup?.leader ?? []);
  return {
    metaLeader: leaders[0],
    servers: answering.map(({ name, report }) => serverHealth(name, report)),
    problem: stopped[0] ?? reports.map(findProblem).find(problem => problem !== undefined) ?? missingLeader(answering),
  };
}

/**
 * How many servers Kubernetes may evict now: with JetStream none, unless all servers are ready and have everything that they
 * store. Nothing can be done for a single server.
 */
export function evictableServers(
  { jetstream, size }: Pick<ResolvedCluster, 'jetstream' | 'size'>,
  members: readonly Member[],
  observed: Pick<Observed, 'servers'>,
): 0 | 1 {
  if (jetstream === undefined || size < 2) return 1;
  const health = jetStreamHealth(members, observed);
  const current = health?.servers.filter(({ isCurrent }) => isCurrent).length ?? 0;
  const isWhole = health?.problem === undefined && current === members.length && members.every(({ ready }) => ready);
  return isWhole ? 1 : 0;
}

/** A server that has switched JetStream off is not ready, and is asked for its health alone. */
const findStopped = (name: string, problem: string | undefined): JetStreamProblem | undefined =>
  hasStopped(problem)
    ? { kind: 'disabled', message: `${name} ${describeProblem({ problem, state: 'disabled' }) ?? ''}` }
    : undefined;

function findProblem({ name, report }: { name: string; report: JetStreamReport }): JetStreamProblem | undefined {
  const problem = report.answered ? describeProblem(report) : undefined;
  if (!report.answered || problem === undefined) return undefined;
  return { kind: report.state === 'disabled' ? 'disabled' : 'unhealthy', message: `${name} ${problem}` };
}

function missingLeader(answering: readonly { report: AnsweringJetStream }[]): JetStreamProblem | undefined {
  const clustered = answering.filter(({ report }) => report.metaGroup !== undefined);
  if (clustered.length === 0 || clustered.some(({ report }) => report.metaGroup?.leader !== undefined))
    return undefined;
  return { kind: 'noMetaLeader', message: 'No server leads the others: streams can be neither created nor changed' };
}

function serverHealth(name: string, { usage, problem, state }: AnsweringJetStream): ServerHealth {
  const { streams, storage, maxStorage, memory, maxMemory } = usage;
  return {
    ...{ name, streams },
    storagePercent: percent(storage, maxStorage),
    memoryPercent: percent(memory, maxMemory),
    isCurrent: state === 'on' && problem === undefined,
  };
}

const percent = (used: number, limit: number): number =>
  limit <= 0 ? 0 : Math.min(Math.floor((100 * used) / limit / STEP) * STEP, MAX_PERCENT);
