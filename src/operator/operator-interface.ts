/** What the module is asked to start. */
export interface OperatorOptions {
  /** Whether to start Pepr, which serves the admission webhooks. */
  readonly webhooks: boolean;
  /** Whether to reconcile NatsClusters and NatsServiceRoles. */
  readonly controllers: boolean;
}

/** The running operator of this process. */
export interface RunningOperator {
  /** Why the process should be restarted; empty while it is healthy. */
  readonly livenessFailures: () => readonly string[];
  /** Why the process is not ready; empty when it is. */
  readonly readinessFailures: () => readonly string[];
  readonly stats: () => OperatorStats;
  /** Stops all work and releases the Leases. */
  readonly stop: () => Promise<void>;
}

/** Statistics of the operator, read at each scrape of its metrics. */
export interface OperatorStats {
  /** Clusters in the work queue. */
  readonly waiting: number;
  /** Clusters being reconciled. */
  readonly running: number;
  /** Number of clusters by phase. */
  readonly phases: ReadonlyMap<string, number>;
  /** Whether this process is the leader. */
  readonly leads: boolean;
  /** The namespaces with Leases of their own, and whether this process manages them. */
  readonly managed: ReadonlyMap<string, boolean>;
}
