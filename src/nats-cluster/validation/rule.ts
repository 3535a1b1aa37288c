import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Problem } from '../../schema/problem';
import type { ServerVersion } from '../../nats/server-version';
import { closest } from '../../text/closest';

/** A NatsCluster under review: its types are right, and the CRD's defaults are filled in. */
export interface ReviewedCluster {
  readonly name: string;
  readonly namespace: string;
  readonly spec: NatsClusterSpec;
  /** The version that the servers are to run; undefined where the spec's can't be read. */
  readonly version: ServerVersion | undefined;
}

/** One constraint across fields, or that the schema can't say. It answers with every place where it does not. */
export type Rule = (cluster: ReviewedCluster) => Problem[];

/** A value that is none of those that there are; absent and empty ones are nothing to find. */
export function oneOf(value: string | undefined, allowed: readonly string[], path: string): Problem[] {
  if (!value || allowed.includes(value)) return [];
  const suggestion = closest(value, allowed);
  return [
    {
      path,
      message: `must be one of ${allowed.join(', ')}, got "${value}"`,
      ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
    },
  ];
}
