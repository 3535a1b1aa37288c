import type { V1Pod } from '@kubernetes/client-node';
import type { ClusterModel } from '../spec/resolve-cluster';
import { podOrdinal } from '../spec/names';
import type { Observed } from '../observed';
import { isServing, type Member } from '../rollout/members';
import { isReady } from '../rollout/pod-status';
import type { Step } from '../rollout/next-step';

/** The bare pods of a cluster that the Go operator made: the NatsCluster itself is their controller. */
export interface LegacyPods {
  /** Those that the StatefulSet would give the same name: it takes them over as they run. */
  readonly joining: readonly V1Pod[];
  /** Those whose name it gives to none: hexadecimal ordinals (`c-a` was the tenth), and ordinals above its replicas. */
  readonly surplus: readonly V1Pod[];
}

/** @param replicas how many pods the StatefulSet has, or will have */
export function findLegacyPods(model: ClusterModel, replicas: number, { pods }: Observed): LegacyPods {
  const legacy = pods.filter(pod => isLegacyPod(model, pod));
  const joins = ({ metadata }: V1Pod): boolean =>
    (podOrdinal(model.name, metadata?.name ?? '') ?? Infinity) <= replicas;
  return { joining: legacy.filter(joins), surplus: legacy.filter(pod => !joins(pod)) };
}

/** Whether the Go operator made the pod, and no StatefulSet has it yet. */
export const isLegacyPod = ({ uid }: Pick<ClusterModel, 'uid'>, { metadata }: V1Pod): boolean =>
  metadata?.ownerReferences?.some(owner => owner.controller === true && owner.uid === uid) ?? false;

/** The world but for the pods that the Go operator made, and that no StatefulSet has yet. */
export const withoutLegacyPods = (model: ClusterModel, observed: Observed): Observed => ({
  ...observed,
  pods: observed.pods.filter(pod => !isLegacyPod(model, pod)),
});

/** What to do about the surplus pods now. */
export interface RetirementDecision {
  readonly step: Step;
  /** Nothing happens to them, so that a roll may go on: what they wait for may be a server that only a new template mends. */
  readonly mayRoll: boolean;
}

/** Lets one surplus pod go after the other, once the servers that take their place are all up. Undefined where there is none. */
export function planRetirement(members: readonly Member[], surplus: readonly V1Pod[]): RetirementDecision | undefined {
  const wait = (why: string, mayRoll: boolean): RetirementDecision => ({ step: { kind: 'wait', why }, mayRoll });
  const leaving = surplus.find(({ metadata }) => metadata?.deletionTimestamp !== undefined);
  if (leaving !== undefined) return wait(`${leaving.metadata?.name ?? ''} is shutting down`, false);
  const pod = surplus.find(candidate => !isReady(candidate)) ?? surplus.at(-1);
  if (pod === undefined) return undefined;
  const obstacle = members.find(member => !isServing(member));
  if (obstacle !== undefined && isReady(pod)) {
    return wait(`${obstacle.name} ${obstacle.trouble ?? 'is not ready'}`, true);
  }
  return { step: { kind: 'retire', pod }, mayRoll: false };
}
