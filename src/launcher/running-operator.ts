/** What the launcher asks of the module. */
export interface LaunchOptions {
  /** The port of the webhooks; undefined where there are none. */
  readonly webhookPort: number | undefined;
}

/** The operator in this process, as its launcher knows it. */
export interface RunningOperator {
  /** What it has yet to do before it can work; empty when it is ready. */
  readonly unready: () => readonly string[];
  /** Ends its work at once, and tells whoever waits to take over. */
  readonly stop: () => Promise<void>;
}
