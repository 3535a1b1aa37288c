import { isDeepStrictEqual } from 'node:util';
import { authorizationBlock, userBlock } from '../config/authorization';
import { isBlock, isList, type ConfBlock } from '../../nats/conf/conf';
import { isConfigKey, CURRENT_CONFIG_KEY, withAccess } from '../config/config-revisions';
import { printConf } from '../../nats/conf/print';
import { copiesIn, withTlsCopies } from '../config/tls-copies';
import { parseConf } from '../../nats/conf/parse';
import { guarded, resolveAuth } from '../spec/auth';
import { tokenAudience } from '../../nats-service-role/bound-token';
import type { ChildSecret } from '../child';
import { LAST_APPLIED_HASH_ANNOTATION } from '../spec/labels';
import { authSecret } from '../secrets/named-secrets';
import type { NatsUser } from '../../nats/user';
import { findConfigSecret, type Observed } from '../observed';
import type { ReadUsers } from '../secrets/client-users';
import { brokenTls, validateUsers } from '../secrets/validate-secrets';
import { SecretProblems } from '../secrets/secret-problems';
import type { SpecProblem } from '../validation/spec-problem';
import { isJsonObject } from '../../json/json-object';
import { configSecret } from '../resources/config-secret';
import { isInUse, textsOf } from '../config/config-files';
import { isTooLarge } from '../config/config-size';
import { isTokenFor } from '../../nats-service-role/plan/last-users';
import { describeOrigins, describeSources, originsOf } from '../config/user-sources';

/** The users while the rest of a cluster's configuration stays as it is. */
export interface AccessPlan {
  /** The files of the configuration Secret, with the users that can be determined. */
  readonly files: Readonly<Record<string, string>>;
  /** The Secret to write; undefined if it is up to date. */
  readonly secret: ChildSecret | undefined;
  /** Whether users and permissions are up to date; otherwise only removed users are gone, and others stay as they were. */
  readonly isCurrent: boolean;
}

/**
 * Applies users and permissions, including those of NatsServiceRoles, to every configuration that a server may run with,
 * even if the rest of it cannot follow the spec: an unrelated problem must not delay a revocation.
 *
 * @param problems of the spec
 * @returns undefined without a configuration of the operator
 */
export function planAccess(stored: Observed, problems: readonly SpecProblem[], now: Date): AccessPlan | undefined {
  const observed = withReadableAuth(stored);
  const { name = '', namespace = '', uid = '' } = observed.cluster.metadata ?? {};
  const secret = findConfigSecret(observed);
  if (secret?.metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION] === undefined) return undefined;
  const former = textsOf(secret);
  const last = parseConf(former[CURRENT_CONFIG_KEY] ?? '')?.authorization;
  const useCopies = tlsFallback(observed, problems, former, now);
  const plan = (access: Access): AccessPlan => {
    const files = mapConfigs(former, text => useCopies(withAccess(text, access.block)));
    const { userSources, isCurrent } = access;
    const child = configSecret({ name, namespace, uid }, { files, isInUse: isInUse(secret, observed), userSources });
    const isSame = Object.entries(files).every(([key, text]) => former[key] === text);
    return { files, secret: isSame ? undefined : child, isCurrent };
  };
  const lastUsers = isBlock(last) && isList(last.users) ? last.users.filter(isBlock) : [];
  const before: LastAccess = {
    block: isBlock(last) ? last : {},
    users: lastUsers,
    origins: originsOf(lastUsers, secret),
  };
  const whole = wholeAccess(observed, problems);
  if (whole === undefined) return plan(remainingAccess(observed, before));
  const desired = plan(whole);
  // Without room, users are removed but not added.
  return isTooLarge(desired.files) ? plan(withoutNewcomers(whole, before)) : desired;
}

/**
 * Returns a configuration that servers can load: for a damaged TLS Secret it references the last good copy of its files, or the server would reject
 * the whole reload, and keep removed users.
 */
function tlsFallback(
  { cluster, secrets }: Observed,
  problems: readonly SpecProblem[],
  files: Readonly<Record<string, string>>,
  now: Date,
): (text: string) => string {
  const { metadata: { name = '', namespace = '' } = {}, spec = {} } = cluster;
  const copies = copiesIn(files);
  const isUnreadable = isUnreliable('tls', problems);
  if (isUnreadable || secrets === undefined || Object.keys(copies).length === 0) return text => text;
  const broken = brokenTls({ name, namespace, spec }, secrets, now);
  return text => {
    const conf = parseConf(text);
    if (conf === undefined) return text;
    const changed = withTlsCopies(conf, broken, copies);
    return isDeepStrictEqual(changed, conf) ? text : printConf(changed);
  };
}

/** An API server without a schema may have stored a null. */
const withReadableAuth = ({ cluster, ...others }: Observed): Observed =>
  cluster.spec?.auth === undefined || isJsonObject(cluster.spec.auth)
    ? { cluster, ...others }
    : { cluster: { ...cluster, spec: { ...cluster.spec, auth: {} } }, ...others };

const mapConfigs = (
  files: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([key, text]) => [key, isConfigKey(key) ? change(text) : text]));

interface Access {
  /** The `authorization` block; without users and token it changes nothing. */
  readonly block: ConfBlock;
  readonly userSources: string | undefined;
  readonly isCurrent: boolean;
}

interface LastAccess {
  readonly block: ConfBlock;
  readonly users: readonly ConfBlock[];
  /** The key of the users' Secret for each user, if known. */
  readonly origins: readonly (string | undefined)[];
}

/** All users; undefined if the spec or the users' Secret is unreadable. */
function wholeAccess(observed: Observed, problems: readonly SpecProblem[]): Access | undefined {
  const { spec = {} } = observed.cluster;
  if (isUnreliable('auth', problems)) return undefined;
  const read = readUsers(observed);
  if (read === undefined ? authSecret(spec, 'users') !== undefined : !read.isValid) return undefined;
  const block = authorizationBlock(resolveAuth(spec.auth, read?.users, observed.serviceUsers)) ?? {};
  return { block, userSources: describeSources(read?.users.sources ?? []), isCurrent: true };
}

const isUnreliable = (field: 'auth' | 'tls', problems: readonly SpecProblem[]): boolean =>
  problems.some(({ part }) => part === field || part === 'whole');

/** The users' Secret, if it exists. */
function readUsers({ cluster, secrets, serviceUsers }: Observed): { users: ReadUsers; isValid: boolean } | undefined {
  const { spec = {} } = cluster;
  const named = authSecret(spec, 'users');
  const secret = named && secrets?.get(named.name);
  if (named === undefined || secret === undefined) return undefined;
  const findings = new SecretProblems(named);
  const names = serviceUsers?.map(({ username }) => username) ?? [];
  const users = validateUsers({ spec, serviceUsers: names }, secret, findings);
  return { users, isValid: findings.problems.length === 0 };
}

/**
 * The last good users without those that were certainly removed, and with readable changes of the others. A service account
 * stays as long as its role says so. An unreadable value keeps its users.
 */
function remainingAccess(observed: Observed, { block, users, origins }: LastAccess): Access {
  if (users.length === 0) return { block: {}, userSources: undefined, isCurrent: false };
  const read = indexUsers(readUsers(observed)?.users);
  const services = new Map((observed.serviceUsers ?? []).map(user => [user.username, userBlock(user)]));
  const { name = '', namespace = '' } = observed.cluster.metadata ?? {};
  const audience = tokenAudience(name, namespace);
  const isRemembered = origins.some(origin => origin !== undefined);
  const named = users.flatMap((user, index) => {
    const origin = origins[index];
    const isService = origin === undefined && (isRemembered || isTokenFor(user.password, audience));
    const remaining = isService ? undefined : remainingUser(user, origin, read);
    return remaining === undefined ? [] : [{ user: remaining, origin }];
  });
  const taken = new Set(named.map(({ user }) => idOf(user)));
  const accounts = [...services].filter(([username]) => !taken.has(username)).map(([, user]) => user);
  return {
    block: { ...block, users: guarded([...named.map(({ user }) => user), ...accounts]) },
    userSources: describeOrigins(named.map(({ origin }) => origin)),
    isCurrent: false,
  };
}

/** The users' Secret, indexed by user: there may be thousands of users and values. */
interface IndexedUsers {
  /** By `idOf`, from the first value that has them; undefined if unreadable. */
  readonly users: ReadonlyMap<string, NatsUser | undefined>;
  /** The keys of unreadable values. */
  readonly unread: ReadonlySet<string>;
}

function indexUsers(read: ReadUsers | undefined): IndexedUsers | undefined {
  if (read === undefined || read.sources.length === 0) return undefined;
  return {
    // The first value takes precedence, and a map keeps its last entry.
    users: new Map(read.sources.toReversed().flatMap(({ users }) => [...users])),
    unread: new Set(read.sources.filter(({ isComplete }) => !isComplete).map(({ key }) => key)),
  };
}

/** @returns undefined for a removed user */
function remainingUser(
  user: ConfBlock,
  origin: string | undefined,
  read: IndexedUsers | undefined,
): ConfBlock | undefined {
  if (read === undefined) return user;
  const id = idOf(user);
  if (read.users.has(id)) {
    const changed = read.users.get(id);
    return changed === undefined ? user : userBlock(changed);
  }
  if (read.unread.size === 0) return undefined;
  return origin === undefined || read.unread.has(origin) ? user : undefined;
}

/** Returns the access without new users. */
function withoutNewcomers({ block, ...access }: Access, { users }: LastAccess): Access {
  if (!isList(block.users)) return { ...access, block, isCurrent: false };
  const known = new Set(users.map(idOf));
  const remaining = block.users.filter(isBlock).filter(user => known.has(idOf(user)));
  return { block: { ...block, users: guarded(remaining) }, userSources: undefined, isCurrent: false };
}

/** NATS has nkeys and names in one list. */
const idOf = ({ nkey, username }: ConfBlock): string => [nkey, username].find(id => typeof id === 'string') ?? '';
