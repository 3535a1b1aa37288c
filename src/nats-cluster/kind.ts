/** The API version of the operator's kinds, as in generated/kinds.ts. */
export const API_VERSION = 'nats.io/v1alpha2';

export const NATS_CLUSTER = { apiVersion: API_VERSION, kind: 'NatsCluster' } as const;
