import { resolveAuth } from '../spec/auth';
import { evacuationBlocker, resolveSystemUser } from '../spec/system-user';
import { DEFAULT_SIZE, isStandalone, type NatsClusterObject } from '../spec/resolve-cluster';
import { hasJetStream } from '../spec/jetstream';
import { ALLOW_SCALING_ANNOTATION } from '../spec/labels';
import type { Problem } from '../../schema/problem';

/** Rejects a change of the size that would cost data of JetStream, by the spec before the change and after it. */
export function sizeKeepsStreams(object: NatsClusterObject, old: NatsClusterObject): Problem[] {
  if (!hasJetStream(object.spec ?? {}) || !hasJetStream(old.spec ?? {})) return [];
  const [from, to] = [old.spec?.size ?? DEFAULT_SIZE, object.spec?.size ?? DEFAULT_SIZE];
  const { spec = {} } = object;
  // Whether the key exists, and what Secrets hold, only the operator knows.
  const systemUser = resolveSystemUser(spec, resolveAuth(spec.auth, undefined), 'a key');
  const blocker = evacuationBlocker(spec, systemUser);
  const problem = findSizeProblem(object, { from, to, isAlone: isStandalone(old.spec ?? {}, from), blocker });
  return problem === undefined ? [] : [problem];
}

/** From how many servers a cluster is to go to how many. */
export interface Resizing {
  readonly from: number;
  readonly to: number;
  /** There is one server, and it is not clustered. */
  readonly isAlone: boolean;
  /** Why the operator can't move streams off servers; undefined if it can. */
  readonly blocker: string | undefined;
}

/**
 * Why servers with JetStream can't go from one number to another without consent. Where the operator can't move streams, a server that is removed takes its
 * replicas with it, and stays a peer that quorums count; streams of a server that was alone are no part of the cluster that it becomes (nats-server v2.9.25 to
 * v2.15.2: "Detected orphaned stream", deleted).
 */
export function findSizeProblem(
  { metadata }: NatsClusterObject,
  { from, to, isAlone, blocker }: Resizing,
): Problem | undefined {
  const isAllowed = metadata?.annotations?.[ALLOW_SCALING_ANNOTATION] === String(to);
  const costs = to < from || isAlone;
  const isEvacuated = blocker === undefined && !isAlone && to > 1;
  if (to === from || !costs || isAllowed || isEvacuated) return undefined;
  const consent = `then annotate the NatsCluster with ${ALLOW_SCALING_ANNOTATION}=${to}`;
  return {
    path: 'spec.size',
    message: `servers with JetStream can't be scaled from ${from} to ${to} without losing streams`,
    hint: `${to === 1 || isAlone ? ALONE : leavingHint(blocker)}, ${consent}`,
  };
}

const leavingHint = (blocker = ''): string =>
  `the operator can't move them, because ${blocker}; move all streams off the servers that are removed, the highest ordinals, and remove these as peers (nats server cluster peer-remove) afterwards`;

const ALONE =
  'back up the streams (nats account backup) to restore them afterwards, because existing streams are deleted';
