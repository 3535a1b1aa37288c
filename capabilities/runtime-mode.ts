/** Whether this process runs the controllers; Pepr uses the same module to build and to serve admission. */
export const isWatching = process.env.PEPR_WATCH_MODE === 'true' || process.env.PEPR_MODE === 'dev';

/** Whether `pepr build` only inspects the module's capabilities. */
export const isBuilding = process.env.PEPR_MODE === 'build';

/** Whether the operator binary has loaded the module and decides what to start (src/operator). */
export const isLaunched = process.env.NATS_OPERATOR_LAUNCHED === 'true';

/** Whether it runs outside of a cluster for development, in one process with controllers and admission. */
export const isBeside = process.env.PEPR_MODE === 'dev' && !isLaunched;
