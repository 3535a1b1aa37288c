import type { ChildStatefulSet } from '../model/child';

/** Whether the StatefulSet controller has seen the object as it is, so that its status speaks of it. */
export const isSeen = ({ metadata, status }: ChildStatefulSet): boolean =>
  (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
