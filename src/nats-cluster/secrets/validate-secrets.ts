import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { DEFAULT_SIZE } from '../spec/resolve-cluster';
import { authSecret, tlsConnectionOf, tlsSecrets, type NamedSecret } from './named-secrets';
import { keysOf, type SecretContent } from '../../kubernetes/secret-content';
import { DEFAULT_VERSION, isAtLeast, parseServerVersion } from '../../nats/server-version';
import { resolveTlsFiles, tlsConnections, type TlsConnection } from '../spec/tls-files';
import { certificateDemands } from './certificate-requirements';
import { validateCertificates } from './certificates';
import { readClientUsers, type ClientUsers, type ReadUsers, type UserSource } from './client-users';
import { readCredentials } from './credentials';
import { validateOperatorJwt } from './operator-jwt';
import { keepsFromLoading, SecretProblems, type SecretProblem, type SecretWarning } from './secret-problems';
import type { SecretFacts } from './secret-facts';

/** The part of a NatsCluster that says what its Secrets must hold. */
export interface SecretsOwner {
  readonly name: string;
  readonly namespace: string;
  readonly spec: NatsClusterSpec;
  /** The names of the users that NatsServiceRoles have brought. */
  readonly serviceUsers?: readonly string[];
}

/** What is to be said of the Secrets that a spec names. */
export interface SecretsValidation {
  /** What the model is made from; whole where there is no problem. */
  readonly facts: SecretFacts;
  readonly problems: readonly SecretProblem[];
  readonly warnings: readonly SecretWarning[];
  /** Whether the spec names any. */
  readonly isNeeded: boolean;
  /** What each value of the users' Secret names. */
  readonly userSources: readonly UserSource[];
  /** When time alone changes this review, in milliseconds since 1970; undefined where it never does. */
  readonly changesAt: number | undefined;
}

/** The Secrets by name; undefined stands for one that is not there. */
export type Secrets = ReadonlyMap<string, SecretContent | undefined>;

/** Reviews what a spec's Secrets hold, before they are used. */
export function validateSecrets(owner: SecretsOwner, secrets: Secrets, now: Date): SecretsValidation {
  const findings: SecretProblems[] = [];
  const read = reader(owner.namespace, secrets, findings);
  const times = reviewTls(owner, now, read);
  const { spec } = owner;
  const clientUsers = read(authSecret(spec, 'users'), (secret, at) => validateUsers(owner, secret, at));
  const facts: SecretFacts = {
    contents: secrets,
    clientUsers,
    clusterCredentials: read(authSecret(spec, 'routeCredentials'), readCredentials),
    gatewayCredentials: read(authSecret(spec, 'gatewayCredentials'), readCredentials),
  };
  read(authSecret(spec, 'operatorJwt'), validateOperatorJwt);
  return {
    facts,
    problems: findings.flatMap(({ problems }) => problems),
    warnings: findings.flatMap(({ warnings }) => warnings),
    isNeeded: findings.length > 0,
    userSources: clientUsers?.sources ?? [],
    changesAt: times.length === 0 ? undefined : Math.min(...times),
  };
}

/** The kinds of connection for which servers may not be able to load what their TLS Secret holds. */
export function brokenTls(owner: SecretsOwner, secrets: Secrets, now: Date): ReadonlySet<TlsConnection> {
  const findings: SecretProblems[] = [];
  reviewTls(owner, now, reader(owner.namespace, secrets, findings));
  const broken = findings.flatMap(({ problems }) => problems).filter(keepsFromLoading);
  return new Set(broken.flatMap(({ purpose }) => tlsConnectionOf(purpose) ?? []));
}

/** Reviews the Secret of users alone. */
export function validateUsers(
  { spec, serviceUsers = [] }: Pick<SecretsOwner, 'spec' | 'serviceUsers'>,
  secret: SecretContent,
  at: SecretProblems,
): ReadUsers {
  const { tlsVerifyAndMap: mapped = false, enableServiceAccounts } = spec.auth ?? {};
  const users = readClientUsers(secret, mapped, at, enableServiceAccounts ? serviceUsers : undefined);
  reviewConnectionTypes(users, spec, at);
  return users;
}

/** To leave out what an older server does not start with would open more than was meant. */
function reviewConnectionTypes({ users }: ClientUsers, { version }: NatsClusterSpec, at: SecretProblems): void {
  const server = parseServerVersion(version || DEFAULT_VERSION);
  if (server === undefined || isAtLeast(server, '2.2.0')) return;
  if (users.every(({ connectionTypes }) => connectionTypes === undefined)) return;
  const message = `has allowed_connection_types, which needs NATS 2.2 or later, spec.version is ${server.tag}`;
  at.add('Invalid', '', message, 'raise spec.version');
}

type Read = <T>(named: NamedSecret | undefined, use: (secret: SecretContent, at: SecretProblems) => T) => T | undefined;

const reader =
  (namespace: string, secrets: Secrets, findings: SecretProblems[]): Read =>
  (named, use) => {
    if (named === undefined) return undefined;
    const own = new SecretProblems(named);
    findings.push(own);
    const secret = secrets.get(named.name);
    if (secret === undefined) own.add('Missing', '', 'does not exist', `create it in namespace ${namespace}`);
    return secret === undefined ? undefined : use(secret, own);
  };

function reviewTls({ name, namespace, spec }: SecretsOwner, now: Date, read: Read): number[] {
  const joined = (spec.extraRoutes ?? []).length > 0;
  return tlsConnections.flatMap(connection => {
    const named = tlsSecrets(spec).find(({ purpose }) => purpose.tls === connection);
    const demands = certificateDemands(connection, {
      name,
      namespace,
      meshed: (spec.size ?? DEFAULT_SIZE) > 1,
      joined,
      verifiesClients: (spec.tls?.verify ?? false) || (spec.auth?.tlsVerifyAndMap ?? false),
    });
    return (
      read(named, (secret, at) => {
        const files = resolveTlsFiles(spec.tls ?? {}, connection, { type: secret.type, keys: keysOf(secret) });
        return files === undefined ? [] : validateCertificates(secret, files, demands, now, at);
      }) ?? []
    );
  });
}
