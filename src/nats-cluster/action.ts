import type { V1OwnerReference } from '@kubernetes/client-node';
import type { Child } from './children';
import type { Difference } from '../kubernetes/differences';
import type { EventDraft } from './event-reasons';

/** One write to the API server that a sync wants. */
export type Action = ApplyAction | DeletePodAction | AdoptPodAction | PatchPodMetadataAction;

/** Server-side apply of a whole child. */
export interface ApplyAction {
  readonly type: 'apply';
  readonly child: Child;
  /** What the former operator has set in it becomes ours first, so that it goes where we don't set it. */
  readonly adoptFieldOwnership: boolean;
  /** What it is to change of the object that is there; nothing where it creates one. */
  readonly drift: readonly Difference[];
  /** This process has not applied the object before, so that it does not know what the API server makes of it. */
  readonly isFirst: boolean;
  /** All that it changes is what somebody else has made of the object. */
  readonly isCorrection: boolean;
  /** The Event of it, where it is worth one and the object comes out changed: see `appliedEvent`. */
  readonly event: EventDraft | undefined;
  /** Whether a server goes down by it: such an action is taken only from a fresh look at the world. */
  readonly disruptive: boolean;
}

/** Deletes the pod with this uid, so that the StatefulSet recreates it. */
export interface DeletePodAction {
  readonly type: 'delete-pod';
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly event: EventDraft;
  readonly disruptive: true;
}

/** Gives a running pod, of exactly this uid and state, other owners. */
export interface AdoptPodAction {
  readonly type: 'adopt-pod';
  readonly pod: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly ownerReferences: readonly V1OwnerReference[];
  readonly event: EventDraft;
  readonly disruptive: false;
}

/** Sets labels and annotations of a running pod, of exactly this uid. */
export interface PatchPodMetadataAction extends PodMetadataPatch {
  readonly type: 'mark-pod';
  readonly pod: { readonly name: string; readonly uid: string };
  readonly event: EventDraft | undefined;
  readonly disruptive: false;
}

/** Null takes one away. */
export interface PodMetadataPatch {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}
