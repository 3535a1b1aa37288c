import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../child';
import { keepsMetaOnFullDisk } from '../jetstream/data-loss-versions';
import { findJetStreamBlocker, findStoppedBlocker, keepsMeta } from '../jetstream/quorum-gate';
import { isRestartRecorded } from '../jetstream/stopped-storage';
import { versionOf } from '../jetstream/upgrade-path';
import type { Observed } from '../observed';
import { ordinals, podName } from '../spec/names';
import { DEFAULT_SIZE, MAX_SIZE, type NatsClusterObject } from '../spec/resolve-cluster';
import { isOutdated, type Member } from './members';

/**
 * Why the cluster could not bear to lose this server now, as `c-2 is starting`; undefined where it could. All others must be
 * ready, answer, and have their routes, and JetStream must keep its quorums.
 */
export const findDisruptionBlocker = (
  members: readonly Member[],
  candidate: Member,
  { servers, ages }: Pick<Observed, 'servers' | 'ages'>,
): string | undefined => findMeshBlocker(members, candidate) ?? findJetStreamBlocker(servers, members, candidate, ages);

/** The same for a server that has stopped storing messages. Of one that is not ready, no clients are disturbed. */
export const findRestartBlocker = (
  members: readonly Member[],
  candidate: Member,
  { servers }: Pick<Observed, 'servers'>,
): string | undefined =>
  (candidate.ready ? findMeshBlocker(members, candidate) : undefined) ??
  findStoppedBlocker(servers, members, candidate) ??
  findMetaLoss(servers, members, candidate);

/** Servers of some releases delete their state of the meta group when their disk is full, and accept the state of any leader afterwards. */
function findMetaLoss(servers: Observed['servers'], members: readonly Member[], candidate: Member): string | undefined {
  const version = versionOf(candidate.pod).find(each => !keepsMetaOnFullDisk(each));
  if (version === undefined || keepsMeta(servers, members, candidate)) return undefined;
  return `most servers have stopped storing, and NATS ${version.tag} can lose all streams when they start again: docs/jetstream.md says how to save them`;
}

/** Routes to the candidate don't count, because it may be what breaks them. */
function findMeshBlocker(members: readonly Member[], candidate: Member): string | undefined {
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

/** Whether a server is to be replaced or removed, so that what the cluster could bear has to be known in detail. */
export function isDisruptionDue(
  { spec = {} }: NatsClusterObject,
  live: ChildStatefulSet | undefined,
  pods: readonly V1Pod[],
  claims: readonly V1PersistentVolumeClaim[] = [],
): boolean {
  if (live === undefined) return false;
  if (claims.some(claim => pods.some(pod => isRestartRecorded(claim, pod)))) return true;
  const replicas = live.spec?.replicas ?? 0;
  if (replicas > (spec.size ?? DEFAULT_SIZE)) return true;
  const byName = new Map(pods.map(pod => [pod.metadata?.name, pod]));
  return ordinals(Math.min(replicas, MAX_SIZE)).some(ordinal =>
    isOutdated(byName.get(podName(live.metadata.name, ordinal)), ordinal, live),
  );
}
