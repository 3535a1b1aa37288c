import type { Rule } from './rule';

/** Every rule whose breach keeps a NatsCluster from being carried out. */
export const clusterRules: readonly Rule[] = [];

/** Every rule whose breach is worth a warning. */
export const clusterWarnings: readonly Rule[] = [];
