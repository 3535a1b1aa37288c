import type { V1Pod } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { podOrdinal } from '../spec/names';
import type { Observed } from '../observed';
import { isHealthy, type Member } from '../rollout/members';
import { isReady } from '../rollout/pod-status';
import type { NextStep } from '../rollout/next-step';

/** The bare pods of a cluster that the Go operator made: the NatsCluster itself is their controller. */
export interface LegacyPods {
  /** Those that the StatefulSet would give the same name: it takes them over as they run. */
  readonly adoptablePods: readonly V1Pod[];
  /** Those whose name it gives to none: hexadecimal ordinals (`c-a` was the tenth), and ordinals above its replicas. */
  readonly excessPods: readonly V1Pod[];
}

/** @param replicas how many pods the StatefulSet has, or will have */
export function findLegacyPods(model: ResolvedCluster, replicas: number, { pods }: Observed): LegacyPods {
  const legacy = pods.filter(pod => isLegacyPod(model, pod));
  const joins = ({ metadata }: V1Pod): boolean =>
    (podOrdinal(model.name, metadata?.name ?? '') ?? Infinity) <= replicas;
  return { adoptablePods: legacy.filter(joins), excessPods: legacy.filter(pod => !joins(pod)) };
}

/** Whether the Go operator made the pod, and no StatefulSet has it yet. */
export const isLegacyPod = ({ uid }: Pick<ResolvedCluster, 'uid'>, { metadata }: V1Pod): boolean =>
  metadata?.ownerReferences?.some(owner => owner.controller === true && owner.uid === uid) ?? false;

/** The observed state without pods of the Go operator that no StatefulSet controls yet. */
export const withoutLegacyPods = (model: ResolvedCluster, observed: Observed): Observed => ({
  ...observed,
  pods: observed.pods.filter(pod => !isLegacyPod(model, pod)),
});

/** What to do about the excess pods now. */
export interface RetirementDecision {
  readonly step: NextStep;
  /** They do not change, so a rollout may continue: what they wait for may be a server that only a new template repairs. */
  readonly mayRoll: boolean;
}

/** Removes the excess pods one by one, once the servers that replace them are all ready. Undefined where there is none. */
export function planRetirement(
  members: readonly Member[],
  excessPods: readonly V1Pod[],
): RetirementDecision | undefined {
  const wait = (why: string, mayRoll: boolean): RetirementDecision => ({ step: { kind: 'wait', why }, mayRoll });
  const leaving = excessPods.find(({ metadata }) => metadata?.deletionTimestamp !== undefined);
  if (leaving !== undefined) return wait(`${leaving.metadata?.name ?? ''} is shutting down`, false);
  const pod = excessPods.find(candidate => !isReady(candidate)) ?? excessPods.at(-1);
  if (pod === undefined) return undefined;
  const blocker = members.find(member => !isHealthy(member));
  if (blocker !== undefined && isReady(pod)) {
    return wait(`${blocker.name} ${blocker.statusMessage ?? 'is not ready'}`, true);
  }
  return { step: { kind: 'retire', pod }, mayRoll: false };
}
