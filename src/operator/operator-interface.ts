/** What the launcher asks of the module. */
export interface OperatorOptions {
  /** Whether Pepr is started, which answers the webhooks' requests. */
  readonly webhooks: boolean;
  /** Whether NatsClusters and NatsServiceRoles are reconciled. */
  readonly controllers: boolean;
}

/** The operator in this process, as its launcher knows it. */
export interface RunningOperator {
  /** Why the process should be started anew; empty while it is well. */
  readonly unhealthy: () => readonly string[];
  /** What it has yet to do before it can work; empty when it is ready. */
  readonly unready: () => readonly string[];
  readonly facts: () => OperatorFacts;
  /** Ends its work at once, and tells whoever waits to take over. */
  readonly stop: () => Promise<void>;
}

/** What is measured of an operator when somebody asks. */
export interface OperatorFacts {
  /** Clusters that wait for their turn. */
  readonly waiting: number;
  /** Clusters whose turn it is. */
  readonly running: number;
  /** How many clusters there are in each phase. */
  readonly phases: ReadonlyMap<string, number>;
  /** Whether this process writes to clusters. */
  readonly leads: boolean;
  /** The namespaces that several operators could be in charge of, and whether this process is. */
  readonly managed: ReadonlyMap<string, boolean>;
}
