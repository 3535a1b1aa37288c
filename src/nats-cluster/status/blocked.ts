import type { Conflict } from '../apply/plan-children';
import { conditionTrue, type ConditionState } from './conditions';

/** What it means for the progress that a child can't be written. */
export function blockedProgress({ kind, why }: Conflict): ConditionState {
  switch (kind) {
    case 'terminating':
      return conditionTrue('Waiting', why);
    case 'foreignOwner':
      return conditionTrue('NameConflict', why);
    case 'rejected':
      return conditionTrue('ApplyRejected', `The API server rejects what the spec asks for: ${why}`);
  }
}
