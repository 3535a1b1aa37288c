import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Problem } from '../problem';
import type { ServerVersion } from '../server-version';

/** A NatsCluster under review: its types are right, and the CRD's defaults are filled in. */
export interface ReviewedCluster {
  readonly name: string;
  readonly namespace: string;
  readonly spec: NatsClusterSpec;
  /** The version that the servers are to run; undefined where the spec's can't be read. */
  readonly version: ServerVersion | undefined;
}

/** One thing that must hold across fields, or that the schema can't say. It answers with every place where it does not. */
export type Rule = (cluster: ReviewedCluster) => Problem[];
