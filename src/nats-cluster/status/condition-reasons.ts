import type { ConditionType } from './condition-types';
import { progressReasons } from './progress-reasons';
import type { ReasonRow } from './reason-row';
import { validityReasons } from './validity-reasons';

/** The reasons of a NatsCluster's conditions. */
export const conditionReasons = [...progressReasons, ...validityReasons] as const;

export type ConditionReason = (typeof conditionReasons)[number]['reason'];

/** The row of a reason as a condition of that type has it; undefined where it is none of this version's. */
export const reasonOf = (type: ConditionType, reason: string | undefined): ReasonRow | undefined =>
  conditionReasons.find((row: ReasonRow) => row.reason === reason && row.types.includes(type));
