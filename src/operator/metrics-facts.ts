/** Values read at each scrape. */
export interface MetricsFacts {
  /** Clusters in the work queue, and clusters being reconciled. */
  readonly waiting: number;
  readonly running: number;
  readonly phases: ReadonlyMap<string, number>;
  readonly leads: boolean;
  /** Namespaces with Leases of their own, and whether this process manages them. */
  readonly managed: ReadonlyMap<string, boolean>;
  readonly certificateExpiry: Date | undefined;
}
