import type { OperatorConfig } from '../../../generated/nats-cluster';
import { omitZero } from './omit-zero';

/** `spec.operatorConfig`, resolved: accounts and users come by JWT. */
export interface ResolvedOperatorConfig {
  /** The Secret with the operator's JWT. */
  readonly secret: string;
  readonly systemAccount: string | undefined;
  /** `URL(…)` or `MEMORY`; undefined where the operator's JWT names an account server. */
  readonly resolver: string | undefined;
  /** JWTs by account; undefined where there are none. */
  readonly preload: Readonly<Record<string, string>> | undefined;
}

/** Applies the defaults of `spec.operatorConfig`. */
export function resolveOperator({
  secret,
  systemAccount,
  resolver,
  resolverPreload,
}: OperatorConfig): ResolvedOperatorConfig {
  const isPreloaded = Object.keys(resolverPreload ?? {}).length > 0;
  return {
    secret,
    systemAccount: omitZero(systemAccount),
    resolver: omitZero(resolver),
    preload: isPreloaded ? resolverPreload : undefined,
  };
}
