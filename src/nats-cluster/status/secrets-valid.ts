import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import { summarizeProblems } from '../../schema/problem';
import type { SecretsValidation } from '../secrets/validate-secrets';
import { conditionFalse, conditionTrue, type ConditionState } from './conditions';

/** Whether the Secrets that the spec names hold what servers need. `undefined` where they were not checked, because the spec is not valid. */
export function secretsValid(review: SecretsValidation | undefined): ConditionState {
  if (review === undefined) {
    return { status: 'Unknown', reason: 'SpecInvalid', message: 'Secrets are checked once the spec is valid' };
  }
  const { problems, warnings, isNeeded } = review;
  const [first] = problems;
  if (first !== undefined) return conditionFalse(first.reason, summarizeProblems(problems));
  const [reason] = warnings;
  if (reason !== undefined) return conditionTrue(reason.reason, summarizeProblems(warnings));
  return isNeeded
    ? conditionTrue('Valid', 'The Secrets hold what the servers need')
    : conditionTrue('NotNeeded', 'The spec names no Secrets');
}

/** What it means for the progress that Secrets can't be used. A new cluster may wait for Secrets that are about to be created. */
export function areSecretsBlocking(
  { problems }: SecretsValidation,
  previous: NatsClusterStatus | undefined,
): ConditionState {
  const message = summarizeProblems(problems);
  const isNew = previous?.currentVersion === undefined;
  return isNew && problems.every(({ reason }) => reason === 'Missing')
    ? conditionTrue('WaitingForSecrets', `The servers are created once the Secrets are there: ${message}`)
    : conditionTrue('SecretInvalid', message);
}
