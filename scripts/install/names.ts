/** The operator's name: of its Deployment, account, roles, webhook configurations and Lease. */
export const NAME = 'nats-operator';

/** The cluster-wide operator's namespace, as the Go operator's. */
export const NAMESPACE = 'nats-io';

/** Where Pepr keeps what it stores; it knows no other. */
export const PEPR_NAMESPACE = 'pepr-system';
