/** Whether this process is the one that watches; Pepr builds and admits with the same module. */
export const isWatching = process.env.PEPR_WATCH_MODE === 'true' || process.env.PEPR_MODE === 'dev';
