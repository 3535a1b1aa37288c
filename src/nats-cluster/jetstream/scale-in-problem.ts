import type { Observed } from '../observed';
import { podName, ordinals } from '../spec/names';
import { describeAsset } from './assets';
import { answeringJetStream } from './server-reports';

/** Streams that a message names; more are counted. */
const MAX_NAMED = 5;

/**
 * Why the streams of a cluster do not fit on fewer servers, as far as the servers have said; undefined if they do, or nothing is known yet.
 *
 * @param isBegun streams are on their way already, and count on both sides
 */
export function findScaleInProblem(
  cluster: string,
  { from, to, isBegun }: { readonly from: number; readonly to: number; readonly isBegun: boolean },
  { servers }: Pick<Observed, 'servers'>,
): string | undefined {
  const names = ordinals(from).map(ordinal => podName(cluster, ordinal));
  return findTooManyReplicas(names, to, servers) ?? (isBegun ? undefined : findLackOfRoom(names, to, servers));
}

function findTooManyReplicas(names: readonly string[], to: number, servers: Observed['servers']): string | undefined {
  const listed = names.flatMap(name => answeringJetStream(servers, name)?.assets?.placements?.listed ?? []);
  const large = listed.filter(({ replicas }) => replicas > to);
  if (large.length === 0) return undefined;
  const named = large.slice(0, MAX_NAMED).map(each => `${describeAsset(each)} has ${each.replicas}`);
  const more = large.length > MAX_NAMED ? [`and ${large.length - MAX_NAMED} more`] : [];
  return `${to} servers can't hold streams with more replicas: ${[...named, ...more].join(', ')}; give these fewer (nats stream update --replicas=${to})`;
}

/** Streams need not fit one by one: what is compared is all that the leaving servers have with all the room that the others have. */
function findLackOfRoom(names: readonly string[], to: number, servers: Observed['servers']): string | undefined {
  const usages = names.map(name => answeringJetStream(servers, name)?.usage);
  // What does not answer is waited for elsewhere.
  if (usages.some(usage => usage === undefined)) return undefined;
  const known = usages.flatMap(usage => usage ?? []);
  const [staying, leaving] = [known.slice(0, to), known.slice(to)];
  const kinds = [
    { what: 'file storage', used: 'storage', limit: 'maxStorage' },
    { what: 'memory storage', used: 'memory', limit: 'maxMemory' },
  ] as const;
  for (const { what, used, limit } of kinds) {
    const needed = leaving.reduce((sum, usage) => sum + usage[used], 0);
    const room = staying.reduce((sum, usage) => sum + Math.max(usage[limit] - usage[used], 0), 0);
    if (needed > room)
      return `the servers that stay have ${mebibytes(room)} of ${what} left, and those that leave use ${mebibytes(needed)}; delete messages, or make the storage larger first`;
  }
  return undefined;
}

const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20)} MiB`;
