import type { Member } from './members';

/**
 * Why the cluster could not bear to lose this server now, as `c-2 is starting`; undefined where it could. All others must be
 * ready, answer, and have their routes; routes to the candidate don't count, because it may be what breaks them.
 */
export function findDisruptionBlocker(members: readonly Member[], candidate: Member): string | undefined {
  const brokenBefore = isMeshBroken(members);
  const blocker = members.find(member => {
    if (member === candidate) return false;
    if (!member.ready || !member.answers) return true;
    const demanded = member.unrouted.filter(peer => peer !== candidate.name);
    return brokenBefore ? !member.outdated && demanded.some(peer => isUpdated(members, peer)) : demanded.length > 0;
  });
  return blocker && `${blocker.name} ${blocker.statusMessage ?? 'is not ready'}`;
}

/**
 * Whether servers that wait to be replaced never found each other. Then waiting does not repair the mesh, but the new template may,
 * and only servers that have it can be checked against it.
 */
function isMeshBroken(members: readonly Member[]): boolean {
  const old = members.filter(({ outdated, longReady, answers }) => outdated && longReady && answers);
  return old.some(({ unrouted }) => old.some(({ name }) => unrouted.includes(name)));
}

const isUpdated = (members: readonly Member[], name: string): boolean =>
  members.some(member => member.name === name && !member.outdated);
