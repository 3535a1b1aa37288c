import type { NatsClusterSpec } from '../../generated/nats-cluster';

/** A Secret that a spec names, and the field that names it. */
export interface NamedSecret {
  readonly name: string;
  /** `spec.tls.serverSecret` */
  readonly path: string;
}

/** The Secrets with certificates that a spec names. */
export function tlsSecrets({ tls = {} }: NatsClusterSpec): NamedSecret[] {
  return named({
    'spec.tls.serverSecret': tls.serverSecret,
    'spec.tls.routesSecret': tls.routesSecret,
    'spec.tls.gatewaySecret': tls.gatewaySecret,
    'spec.tls.leafnodeSecret': tls.leafnodeSecret,
    'spec.tls.websocketSecret': tls.websocketSecret,
  });
}

/** The Secrets with users, logins and JWTs that a spec names. */
export function authSecrets({ auth = {}, operatorConfig }: NatsClusterSpec): NamedSecret[] {
  return named({
    'spec.auth.clientsAuthSecret': auth.clientsAuthSecret,
    'spec.auth.clusterAuthSecret': auth.clusterAuthSecret,
    'spec.auth.gatewayAuthSecret': auth.gatewayAuthSecret,
    'spec.operatorConfig.secret': operatorConfig?.secret,
  });
}

const named = (secrets: Readonly<Record<string, string | undefined>>): NamedSecret[] =>
  Object.entries(secrets).flatMap(([path, name]) => (name ? [{ name, path }] : []));
