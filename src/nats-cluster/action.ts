import type { V1OwnerReference } from '@kubernetes/client-node';
import type { ChildStatefulSet } from './child';
import type { Child } from './children';
import type { SystemAccess } from './jetstream/system-access';
import type { SystemRequest } from './jetstream/system-request';
import type { Difference } from '../kubernetes/differences';
import type { EventDraft } from './event-reasons';

/** A write to the API server, or to the servers of the cluster. */
export type Action =
  | ApplyAction
  | RecreateAction
  | DeletePodAction
  | AdoptPodAction
  | PatchPodMetadataAction
  | PatchClaimAction
  | SystemRequestsAction;

/** Server-side apply of a whole child. */
export interface ApplyAction {
  readonly type: 'apply';
  readonly child: Child;
  /** Field ownership of the legacy operator is adopted first, so that fields which are no longer set are removed. */
  readonly adoptFieldOwnership: boolean;
  /** The differences to the live object; empty if it is created. */
  readonly drift: readonly Difference[];
  /** This process has not applied the object before, so the effect of admission on it is unknown. */
  readonly isFirst: boolean;
  /** It only reverts external changes. */
  readonly isCorrection: boolean;
  /** The Event to record if the object changes: see `appliedEvent`. */
  readonly event: EventDraft | undefined;
  /** Whether it takes a server down: such an action requires a fresh observation. */
  readonly disruptive: boolean;
}

/**
 * Deletes the StatefulSet with this uid, leaves its pods running, and creates it again, because a field has to change that
 * Kubernetes never changes. One action, so that nothing is decided in between: nobody replaces a pod then.
 */
export interface RecreateAction {
  readonly type: 'recreate';
  readonly statefulSet: ChildStatefulSet;
  readonly uid: string;
  readonly event: EventDraft;
  readonly disruptive: false;
}

/** Deletes the pod with this uid, so that the StatefulSet recreates it. */
export interface DeletePodAction {
  readonly type: 'delete-pod';
  readonly pod: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly event: EventDraft;
  readonly disruptive: true;
}

/** Replaces the owner references of the running pod with this uid and resourceVersion. */
export interface AdoptPodAction {
  readonly type: 'adopt-pod';
  readonly pod: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly ownerReferences: readonly V1OwnerReference[];
  readonly event: EventDraft;
  readonly disruptive: false;
}

/** Sets labels and annotations of the running pod with this uid. */
export interface PatchPodMetadataAction extends PodMetadataPatch {
  readonly type: 'mark-pod';
  readonly pod: { readonly name: string; readonly uid: string };
  readonly event: EventDraft | undefined;
  readonly disruptive: false;
}

/** null removes an annotation. */
export interface PodMetadataPatch {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string | null>>;
}

/** Changes the claim with this uid: its size, labels and annotations; others of its labels and annotations stay. */
export interface PatchClaimAction {
  readonly type: 'patch-claim';
  readonly claim: { readonly name: string; readonly uid: string };
  /** The size to grow to; undefined if it stays. */
  readonly size: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** null removes an annotation. */
  readonly annotations: Readonly<Record<string, string | null>>;
  readonly event: EventDraft | undefined;
  readonly disruptive: false;
}

/** Asks the servers as the operator's own user. A failure is no failure of the reconcile: the next one sees what has become of it. */
export interface SystemRequestsAction {
  readonly type: 'system-requests';
  /** Has the seed of the user. Never to be logged. */
  readonly access: SystemAccess;
  readonly requests: readonly SystemRequest[];
  readonly event: undefined;
  readonly disruptive: false;
}
