import type { SecretContent } from '../../kubernetes/secret-content';
import type { ClientUsers } from './client-users';
import type { Credentials } from './credentials';

/** What a model takes from Secrets: those that its spec names, and that of the operator's own user. Never to be logged, nor put into an Event or a status. */
export interface SecretFacts {
  readonly contents: ReadonlyMap<string, SecretContent | undefined>;
  /** Undefined where the spec names no Secret of users. */
  readonly clientUsers: ClientUsers | undefined;
  /** Undefined where the servers' routes need no credentials. */
  readonly clusterCredentials: Credentials | undefined;
  readonly gatewayCredentials: Credentials | undefined;
  /** The public key of the operator's own user of the system account; undefined before there is one. */
  readonly systemUserKey?: string;
}

/** The facts of a spec that names no Secrets. */
export const noSecrets: SecretFacts = {
  contents: new Map(),
  clientUsers: undefined,
  clusterCredentials: undefined,
  gatewayCredentials: undefined,
};
