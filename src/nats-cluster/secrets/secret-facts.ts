import type { SecretContent } from '../../kubernetes/secret-content';
import type { ClientUsers } from './client-users';
import type { Credentials } from './credentials';

/** What a model takes from the Secrets that its spec names. Never to be logged, nor put into an Event or a status. */
export interface SecretFacts {
  readonly contents: ReadonlyMap<string, SecretContent | undefined>;
  /** Undefined where the spec names no Secret of users. */
  readonly clientUsers: ClientUsers | undefined;
  /** Undefined where the servers' routes need no credentials. */
  readonly clusterCredentials: Credentials | undefined;
  readonly gatewayCredentials: Credentials | undefined;
}

/** The facts of a spec that names no Secrets. */
export const noSecrets: SecretFacts = {
  contents: new Map(),
  clientUsers: undefined,
  clusterCredentials: undefined,
  gatewayCredentials: undefined,
};
