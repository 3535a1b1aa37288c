import { posix } from 'node:path';
import type { OperatorModel } from '../model/operator-model';
import { OPERATOR_JWT_FOLDER } from '../model/pod-parts';
import { OPERATOR_JWT_KEY } from '../model/secrets/operator-jwt';
import type { ConfBlock } from './conf';

/** Who signs accounts, and where servers find them. */
export function operatorOptions({ systemAccount, resolver, preload }: OperatorModel): ConfBlock {
  return {
    operator: posix.join(OPERATOR_JWT_FOLDER, OPERATOR_JWT_KEY),
    system_account: systemAccount,
    resolver,
    resolver_preload: preload,
  };
}
