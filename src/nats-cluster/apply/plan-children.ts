import type { V1Pod } from '@kubernetes/client-node';
import { childId, findChild, type ClusterIdentity } from '../child';
import type { Child } from '../children';
import {
  ADOPT_BY_ANNOTATION,
  CONFIG_MOUNTED_ANNOTATION,
  LAST_APPLIED_HASH_ANNOTATION,
  withFormerAnnotations,
} from '../spec/labels';
import { statefulSetName } from '../spec/names';
import type { Observed, StoredFields } from '../observed';
import type { Rejection } from '../../runtime/api-error';
import type { Action, ApplyAction, RecreateAction } from '../action';
import { adoptPodActions } from '../legacy/adopt-pods';
import { digest } from '../../json/digest';
import { findAltered, type AlteredField, type AlteredFields } from './altered-fields';
import { driftCorrectedEvent } from './apply-events';
import { toEvent, type EventDraft } from '../event-reasons';
import { findDifferences, type Difference } from '../../kubernetes/differences';
import { isAsStored } from './drift';
import { ownership } from './ownership';
import { deletePodAction, deletesPod, isDisruptive, stepEvent, type NextStep } from '../rollout/next-step';
import { annotationPath } from './stripped-annotations';

/** Why a child cannot be written. `terminating`: a terminating object has its name; `foreignOwner`: another owner has it; `rejected`: the API server rejects it. */
export type Conflict =
  | { readonly kind: 'terminating' | 'foreignOwner'; readonly why: string }
  | ({ readonly kind: 'rejected' } & Rejection);

/** The writes to the children. */
export interface ChildrenPlan {
  readonly actions: readonly Action[];
  readonly blocked: Conflict | undefined;
  /** The fields that the API server stores differently than applied; undefined if the children are not compared. */
  readonly altered: AlteredFields | undefined;
}

/**
 * Plans the writes that make the children as desired. If one name belongs to another owner, there are none at all: a
 * partial cluster is of no use.
 */
export function planChildren(
  model: ClusterIdentity,
  desired: readonly Child[],
  { children: live, pods, stored }: Observed,
  step: NextStep,
): ChildrenPlan {
  const pairs = desired.map(child => ({
    child: withDigest(child),
    live: findChild(live, child.kind, child.metadata.name),
  }));
  const blocked = pairs.map(pair => findBlock(model, pair.live, pods)).find(block => block !== undefined);
  if (blocked !== undefined) return { actions: [], blocked, altered: undefined };
  const created = pairs.filter(pair => pair.live === undefined).map(({ child }) => child);
  const plans = pairs.map(pair => planChild(pair.child, pair.live, stored?.get(childId(pair.child)), step, created));
  const statefulSet = findChild(live, 'StatefulSet', statefulSetName(model.name));
  const adoptions = step.kind === 'adopt' ? adoptPodActions(model, statefulSet, step.pods) : [];
  const applies = plans.flatMap(plan => plan.actions);
  return {
    actions: [...applies, ...adoptions, ...recreations(step), ...deletePodAction(model, step)],
    blocked,
    altered: { fields: plans.flatMap(plan => plan.altered), isComplete: plans.every(plan => plan.isSettled) },
  };
}

const isRecreation = (step: NextStep): boolean => step.kind === 'recreate' && step.next !== undefined;

function recreations(step: NextStep): RecreateAction[] {
  if (step.kind !== 'recreate' || step.next === undefined) return [];
  const { statefulSet, uid } = step.next;
  const event = toEvent('Recreating', `Recreating ${childId(statefulSet)} around its running pods, for other volumes`);
  return [{ type: 'recreate', statefulSet, uid, event, disruptive: false }];
}

function findBlock(model: ClusterIdentity, live: Child | undefined, pods: readonly V1Pod[]): Conflict | undefined {
  if (live === undefined) return undefined;
  const owned = ownership(model, live, pods);
  if (owned.kind === 'ours') return undefined;
  if (owned.kind === 'terminating') return owned;
  return { kind: 'foreignOwner', why: `${childId(live)} exists already and ${describeOwner(model, owned.by)}` };
}

/** The owner of the object, and what to do. */
function describeOwner({ name }: ClusterIdentity, owner: string | undefined): string {
  const advice = 'delete or rename it, or choose another name for the NatsCluster';
  if (owner !== undefined) return `belongs to ${owner}: ${advice}`;
  return `was not created by the operator: ${advice}; if it is meant for this cluster, which overwrites it and deletes it when the NatsCluster is deleted, let it be adopted with the annotation ${ADOPT_BY_ANNOTATION}: ${name}`;
}

interface ChildPlan {
  readonly actions: readonly ApplyAction[];
  readonly altered: readonly AlteredField[];
  /** It exists and matches the desired child. */
  readonly isSettled: boolean;
}

/**
 * @param stored the fields stored differently at the last apply of the child
 * @param created all children that are created now
 */
function planChild(
  child: Child,
  live: Child | undefined,
  stored: StoredFields | undefined,
  step: NextStep,
  created: readonly Child[],
): ChildPlan {
  const differences = live === undefined ? [] : findDifferences(child, live);
  const drift = differences.filter(difference => !isAsStored(difference, stored));
  const altered = findAltered(
    child,
    differences.filter(difference => isAsStored(difference, stored)),
  );
  const isStep = child.kind === 'StatefulSet';
  const isCorrection = live !== undefined && appliedDigest(live) === appliedDigest(child);
  const isSettled = live !== undefined && drift.length === 0;
  if (isSettled || (isStep && (step.kind === 'unseen' || isRecreation(step))))
    return { actions: [], altered, isSettled };
  const action: ApplyAction = {
    type: 'apply',
    child: from(live, child),
    adoptFieldOwnership: live !== undefined && stored === undefined && appliedDigest(live) === undefined,
    drift,
    isFirst: live !== undefined && stored === undefined,
    isCorrection,
    event:
      live === undefined
        ? creationEvent(child, created)
        : changeEvent(child, live, isCorrection, drift, isStep ? step : undefined),
    disruptive: isStep && isDisruptive(step) && !deletesPod(step),
  };
  return { actions: [action], altered, isSettled };
}

/**
 * Adds the resourceVersion to the write of what servers depend on: a stale observation must not remove a configuration
 * that pods start with, or revert the last step of a rollout.
 */
function from<T extends Child>(live: Child | undefined, child: T): T {
  const resourceVersion = live?.metadata.resourceVersion;
  const isTied = child.kind === 'Secret' || child.kind === 'StatefulSet';
  return isTied && resourceVersion !== undefined
    ? { ...child, metadata: { ...child.metadata, resourceVersion } }
    : child;
}

/** Recorded once all of them are there: five Events of one new cluster say no more than one. */
function creationEvent(child: Child, created: readonly Child[]): EventDraft | undefined {
  if (child !== created.at(-1)) return undefined;
  return toEvent('Created', `Created ${created.map(childId).join(', ')}`);
}

function changeEvent(
  child: Child,
  live: Child,
  isCorrection: boolean,
  [first]: readonly Difference[],
  step: NextStep | undefined,
): EventDraft | undefined {
  if (isCorrection) return driftCorrectedEvent(child, first?.path ?? '');
  // An internal annotation is not worth an Event.
  if (first?.path === annotationPath(CONFIG_MOUNTED_ANNOTATION)) return undefined;
  // It changes with each restart of a server.
  if (child.kind === 'PodDisruptionBudget' && first?.path === 'spec.maxUnavailable') return undefined;
  return step !== undefined && child.kind === 'StatefulSet' && live.kind === 'StatefulSet'
    ? stepEvent(child, live, step)
    : toEvent('Updated', `Updated ${childId(child)}`);
}

const appliedDigest = ({ metadata }: Child): string | undefined => metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION];

/**
 * The digest distinguishes a changed desired state from an external change. It is taken with the former names of
 * annotations, so that it equals the one that a former release wrote, and the names alone cause no write.
 */
function withDigest<T extends Child>(child: T): T {
  const { annotations = {} } = child.metadata;
  const annotated = (own: Record<string, string>): T => ({
    ...child,
    metadata: { ...child.metadata, annotations: own },
  });
  const hash = digest(annotated(withFormerAnnotations(annotations)));
  return annotated({ ...annotations, [LAST_APPLIED_HASH_ANNOTATION]: hash });
}
