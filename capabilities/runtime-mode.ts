/** Whether this process is the one that watches; Pepr builds and admits with the same module. */
export const isWatching = process.env.PEPR_WATCH_MODE === 'true' || process.env.PEPR_MODE === 'dev';

/** Whether Pepr's command line only wants to know what the module does. */
export const isBuilding = process.env.PEPR_MODE === 'build';

/** Whether the launcher has loaded the module, and says itself what is to be started (src/operator). */
export const isLaunched = process.env.NATS_OPERATOR_LAUNCHED === 'true';

/** Whether it runs beside a cluster, as in development, in one process that watches and admits. */
export const isBeside = process.env.PEPR_MODE === 'dev' && !isLaunched;
