import { findCondition } from './find-condition';
import type { AlteredField } from '../apply/altered-fields';
import { conditionTrue, type ConditionState } from './conditions';
import type { StatusInput } from './status-input';

/** How many fields are named; the others are counted. */
const NAMED = 10;

/**
 * That the API server stores fields of children differently from what is applied; undefined where it does not. While children are still to be written, or can't
 * be, the condition stays as it was, so that it does not come and go.
 */
export function altered({ altered: found, previous }: StatusInput): ConditionState | undefined {
  const { status, message = '' } = findCondition(previous, 'Altered') ?? {};
  const before = status === 'True' ? conditionTrue('AlteredOnWrite', message) : undefined;
  if (found === undefined || (!found.isComplete && before !== undefined)) return before;
  return found.fields.length === 0 ? undefined : conditionTrue('AlteredOnWrite', describe(found.fields));
}

function describe(fields: readonly AlteredField[]): string {
  const named = fields
    .slice(0, NAMED)
    .map(({ object, path, isDropped }) => `${path} of ${object}${isDropped ? ' (dropped)' : ''}`);
  const others = fields.length > NAMED ? [`${fields.length - NAMED} more`] : [];
  const list = [...named, ...others].join(', ');
  return `The API server does not store these fields as the operator applies them: ${list}. An admission policy or webhook changes them, or this version of Kubernetes does not support them; the cluster runs with what is stored`;
}
