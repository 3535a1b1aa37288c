import { isAtLeast, type ServerVersion } from '../../nats/server-version';
import type { Member } from '../rollout/members';
import { describeAsset } from './assets';
import { servingJetStreams, type Reports } from './server-reports';
import { versionOf } from './upgrade-path';

/**
 * The releases since which servers have an API level of JetStream. A server before 2.11 drops what needs a higher one from a
 * stream, and a later one takes the stream offline.
 *
 * @see nats-server, server/jetstream_versioning.go, JSApiLevel: v2.11.17 to v2.15.2
 */
const levels: readonly (readonly [release: string, level: number])[] = [
  ['2.15.0', 5],
  ['2.14.0', 4],
  ['2.12.8', 3],
  ['2.12.0', 2],
  ['2.11.0', 1],
];

const levelOf = (version: ServerVersion): number => levels.find(([release]) => isAtLeast(version, release))?.[1] ?? 0;

/** Whether some of these pods run a later release. */
export const isDowngrade = (to: ServerVersion, pods: readonly (Member['pod'] | undefined)[]): boolean =>
  pods.flatMap(versionOf).some(from => !isAtLeast(to, from.release));

/**
 * Why servers can't go back to a release: a stream or a consumer needs what that lacks. Undefined where they can, or don't go
 * back.
 */
export function findLevelBlocker(
  to: ServerVersion | undefined,
  members: readonly Member[],
  reports: Reports,
): string | undefined {
  const pods = members.map(({ pod }) => pod);
  if (to === undefined || !isDowngrade(to, pods)) return undefined;
  for (const { serverName, assets } of servingJetStreams(reports, members)) {
    const highest = assets?.highest;
    if (highest === undefined) return `${serverName} has not been queried for what its streams need yet`;
    if (highest.level > levelOf(to))
      return `${describeAsset(highest)} needs API level ${highest.level} of JetStream, and NATS ${to.tag} has ${levelOf(to)}: it would lose what needs it; set the version back, or delete it`;
  }
  return undefined;
}
