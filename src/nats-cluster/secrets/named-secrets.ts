import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { tlsConnections, type TlsConnection } from '../spec/tls-files';

/** A Secret that a spec names, what it is for, and the field that names it. */
export interface NamedSecret<Purpose extends SecretPurpose = SecretPurpose> {
  readonly name: string;
  readonly purpose: Purpose;
  /** For people: `spec.tls.serverSecret`. */
  readonly path: string;
}

/** What servers use a Secret for: the certificate of one kind of connection, or one of `AuthPurpose`. */
export type SecretPurpose = AuthPurpose | TlsPurpose;

/** The users, the credentials that servers authenticate to each other with, and the JWT of an operator. */
export type AuthPurpose = 'users' | 'routeCredentials' | 'gatewayCredentials' | 'operatorJwt';

export interface TlsPurpose {
  readonly tls: TlsConnection;
}

/** The Secrets with certificates that a spec names. */
export const tlsSecrets = ({ tls = {} }: NatsClusterSpec): NamedSecret<TlsPurpose>[] =>
  tlsConnections.flatMap(connection =>
    named(tls[`${connection}Secret`], { tls: connection }, `spec.tls.${connection}Secret`),
  );

/** The Secrets with users, credentials and JWTs that a spec names. */
export const authSecrets = ({ auth = {}, operatorConfig }: NatsClusterSpec): NamedSecret<AuthPurpose>[] => [
  ...named(auth.clientsAuthSecret, 'users', 'spec.auth.clientsAuthSecret'),
  ...named(auth.clusterAuthSecret, 'routeCredentials', 'spec.auth.clusterAuthSecret'),
  ...named(auth.gatewayAuthSecret, 'gatewayCredentials', 'spec.auth.gatewayAuthSecret'),
  ...named(operatorConfig?.secret, 'operatorJwt', 'spec.operatorConfig.secret'),
];

/** The Secret of that purpose, where the spec names one. */
export const authSecret = (spec: NatsClusterSpec, purpose: AuthPurpose): NamedSecret<AuthPurpose> | undefined =>
  authSecrets(spec).find(secret => secret.purpose === purpose);

/** The kind of connection whose certificate a Secret holds; undefined where it holds none. */
export const tlsConnectionOf = (purpose: SecretPurpose): TlsConnection | undefined =>
  typeof purpose === 'string' ? undefined : purpose.tls;

/** Whether servers read what such a Secret holds from nats.conf itself, which names no more than the files of the others. */
export const isPartOfConfig = (purpose: SecretPurpose): boolean =>
  purpose === 'users' || purpose === 'routeCredentials' || purpose === 'gatewayCredentials';

const named = <Purpose extends SecretPurpose>(
  name: string | undefined,
  purpose: Purpose,
  path: string,
): NamedSecret<Purpose>[] => (name ? [{ name, purpose, path }] : []);
