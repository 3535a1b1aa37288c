import type { V1Pod } from '@kubernetes/client-node';
import type { Member } from './members';
import type { RouteConflict } from './route-conflicts';

/** The one thing that happens to the servers now, or why nothing does. */
export type Step =
  | { readonly kind: 'create' }
  /**
   * A new template is written; no pod is touched by it yet. `conflict` says why its servers will have no routes with those that run, `retry` what the Event
   * says where it has failed before; `isRollback` where it is the last good one, in the place of one that has failed.
   */
  | {
      readonly kind: 'publish';
      readonly conflict?: RouteConflict | undefined;
      readonly retry?: string | undefined;
      readonly isRollback?: boolean;
    }
  /**
   * The StatefulSet controller has not seen the last change yet, so that its status does not speak of it. Until then the
   * StatefulSet is left alone: the change may be somebody else's, and must not become ours.
   */
  | { readonly kind: 'unseen' }
  | { readonly kind: 'scale-up'; readonly from: number; readonly to: number }
  | { readonly kind: 'scale-down'; readonly member: Member; readonly from: number; readonly to: number }
  /** An outdated pod is replaced; `progress` says how many are updated, `deletePod` is set where the StatefulSet would not do it by itself. */
  | {
      readonly kind: 'replace';
      readonly member: Member;
      readonly reason: string;
      readonly progress: string;
      readonly deletePod: boolean;
    }
  /** Running pods that the Go operator made become the StatefulSet's. */
  | { readonly kind: 'adopt'; readonly pods: readonly V1Pod[] }
  /** A pod of the Go operator goes whose name the StatefulSet gives to none. */
  | { readonly kind: 'retire'; readonly pod: V1Pod }
  /** Nothing may be done until something else has happened. */
  | { readonly kind: 'wait'; readonly why: string }
  /** Every server runs what is wanted. */
  | { readonly kind: 'settled' };
