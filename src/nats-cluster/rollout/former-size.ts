import type { ChildStatefulSet } from '../child';
import { HIBERNATED_SIZE_ANNOTATION } from '../spec/labels';

/** How many servers the StatefulSet has, or had before it hibernated; 0 if it never had any. */
export function formerSize(live: ChildStatefulSet | undefined): number {
  const { replicas = 0 } = live?.spec ?? {};
  const recorded = live?.metadata.annotations?.[HIBERNATED_SIZE_ANNOTATION] ?? '';
  return replicas === 0 && /^\d{1,3}$/.test(recorded) ? Number(recorded) : replicas;
}
