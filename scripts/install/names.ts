/** The operator's name: of its Deployment, account, roles, webhook configurations and Lease. */
export const NAME = 'nats-operator';

/** The cluster-wide operator's namespace, as the Go operator's. */
export const NAMESPACE = 'nats-io';

/** The container that admits. */
export const WEBHOOK = 'webhook';

/** The Service that the API server calls. */
export const WEBHOOK_SERVICE = `${NAME}-${WEBHOOK}`;

/** The Secret with the certificate that cert-manager makes, where it is asked to. */
export const ISSUED_CERTIFICATE = `${NAME}-webhook-tls`;

/** Where Pepr keeps what it stores; it knows no other namespace. */
export const PEPR_NAMESPACE = 'pepr-system';

/** What tells the operator's pods from others. */
export const SELECTOR = { 'app.kubernetes.io/name': NAME } as const;
