import { namedRemotes, type Remotes } from '../spec/remotes';
import type { RemotesReport, Observed } from '../observed';
import { isHealthy, type Member } from './members';

/** The state of the remotes of a cluster's spec. */
export interface RemotesReview {
  readonly named: Remotes;
  /** Whether any server could say how it stands. */
  readonly known: boolean;
  /** The connections that servers lack. */
  readonly missing: readonly MissingRemote[];
  /** Whether only servers lack some that have just come up, and are likely on their way. */
  readonly young: boolean;
}

/** Milliseconds within which a new server has to connect to its remotes. */
const CONNECT_GRACE_MS = 15_000;

export interface MissingRemote {
  readonly server: string;
  readonly kind: keyof Remotes;
  /** What it lacks, in a few words. */
  readonly what: string;
}

/** Compares what serving servers are connected to with what a valid spec names; undefined where it names nothing. */
export function reviewRemotes(
  { cluster: { spec = {} }, servers }: Observed,
  members: readonly Member[],
): RemotesReview | undefined {
  const named = namedRemotes(spec);
  if (named === undefined) return undefined;
  const own = new Set([...servers.values()].flatMap(report => (report.answered ? [report.serverId] : [])));
  const reviews = members.filter(isHealthy).flatMap(({ name, age }) => {
    const report = servers.get(name);
    if (!report?.answered || report.remotes === undefined) return [];
    return [{ age, missing: findMissing(name, named, report.remotes, own) }];
  });
  const lacking = reviews.filter(({ missing }) => missing.length > 0);
  return {
    named,
    known: reviews.length > 0,
    missing: lacking.flatMap(({ missing }) => missing),
    young: lacking.every(({ age }) => age < CONNECT_GRACE_MS),
  };
}

function findMissing(
  server: string,
  named: Remotes,
  { gateways, remotes, routes }: RemotesReport,
  own: ReadonlySet<string>,
): MissingRemote[] {
  const absent = named.gateways.filter(name => !gateways.has(name));
  const isAlone = named.routes && ![...routes].some(id => !own.has(id));
  return [
    ...absent.map((name): MissingRemote => ({ server, kind: 'gateways', what: `has no gateway to ${name}` })),
    ...(remotes < named.remotes
      ? [{ server, kind: 'remotes', what: `is a leaf node of ${remotes} of ${named.remotes} remotes` } as const]
      : []),
    ...(isAlone ? [{ server, kind: 'routes', what: 'has no route to a server of spec.extraRoutes' } as const] : []),
  ];
}
