import type { ChaosCluster } from './chaos-cluster';
import type { Disruptions } from './disruptions';
import type { OperatorRestarts } from './operator-restarts';
import type { MessageLedger } from './message-ledger';
import type { Timeline } from './timeline';

/** What the injection of a fault works with. */
export interface ChaosRun {
  readonly cluster: ChaosCluster;
  readonly timeline: Timeline;
  readonly disruptions: Disruptions;
  readonly operatorRestarts: OperatorRestarts;
  /** Of streams with one replica. */
  readonly singleReplicas: readonly MessageLedger[];
}
