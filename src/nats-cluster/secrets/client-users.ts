import { type NatsUser, type UserPermissions, userId } from '../../nats/user';
import { keysOf, textOf, type SecretContent } from '../../kubernetes/secret-content';
import { isJsonObject, type JsonObject } from '../../json/json-object';
import { readText, readUser } from './client-user';
import { readJsonObject, reportUnknown } from './json-object';
import { readPermissions } from './permissions';
import { keyPlace, SecretProblems } from './secret-problems';

/** Who may connect by a Secret, all its values together. */
export interface ClientUsers {
  readonly users: readonly NatsUser[];
  /** One password for everybody, instead of users. */
  readonly token?: string | undefined;
  readonly defaultPermissions: UserPermissions | undefined;
  /** Seconds that authentication may take. */
  readonly timeout?: number | undefined;
}

/** What was read, value by value: where one of them is invalid, the others remain usable. */
export interface ReadUsers extends ClientUsers {
  readonly sources: readonly UserSource[];
}

/** The users of one value of the Secret. */
export interface UserSource {
  readonly key: string;
  /** Whether these are all of its users; otherwise it may well name more. */
  readonly isComplete: boolean;
  /** By its id; undefined where something is wrong with the user. */
  readonly users: ReadonlyMap<string, NatsUser | undefined>;
}

const FIELDS = ['users', 'default_permissions', 'username', 'password', 'token', 'timeout'];
/** What `clientsAuthTimeout` may be, in seconds. */
const LONGEST_LOGIN = 3600;
const HINT = '{"users": [{"username": …, "password": …}]}';

/**
 * Reads the Secret of `spec.auth.clientsAuthSecret`.
 *
 * @param mapped users are known by their certificates
 * @param serviceUsers the names that users have already who come from NatsServiceRoles; undefined where the cluster has no use for these
 */
export function readClientUsers(
  secret: SecretContent,
  mapped: boolean,
  findings: SecretProblems,
  serviceUsers?: readonly string[],
): ReadUsers {
  const keys = keysOf(secret);
  if (keys.length === 0) findings.add('Missing', '', 'is empty', `it must have a key whose value is ${HINT}`);
  const read = keys.map(key => ({ key, file: readFile(secret, key, mapped, findings) }));
  const files = read.flatMap(({ file }) => file ?? []);
  const twins = reportTwins(files, serviceUsers ?? [], findings);
  const token = only('token', files, findings);
  const users = files.flatMap(({ users: ofFile }) => ofFile.map(({ user }) => user));
  if (token !== undefined && (users.length > 0 || serviceUsers !== undefined)) {
    const others = users.length > 0 ? 'users' : 'spec.auth.enableServiceAccounts';
    findings.add(
      'Invalid',
      '',
      `has a token in addition to ${others}: a server accepts either a token or users`,
      'make it the password of a user',
    );
  }
  return {
    users,
    token,
    defaultPermissions: only('default_permissions', files, findings),
    timeout: only('timeout', files, findings),
    sources: read.map(({ key, file }) => toSource(key, file, twins)),
  };
}

function toSource(key: string, file: UserFile | undefined, twins: ReadonlySet<string>): UserSource {
  const users = (file?.users ?? []).map(({ user, isValid }) => ({ id: userId(user), user, isValid }));
  return {
    key,
    isComplete: file !== undefined && file.isComplete && users.every(({ id }) => id !== ''),
    users: new Map(users.map(({ id, user, isValid }) => [id, isValid && !twins.has(id) ? user : undefined])),
  };
}

/** What may stand once in a Secret. */
function only<Field extends 'token' | 'default_permissions' | 'timeout'>(
  field: Field,
  files: readonly UserFile[],
  findings: SecretProblems,
): UserFile[Field] {
  const [first, ...others] = files.filter(file => file[field] !== undefined);
  for (const { key } of others) findings.add('Invalid', keyPlace(key), `has ${field} as key "${first?.key ?? ''}" has`);
  return first?.[field];
}

/** The names and nkeys of the users in such a Secret, as far as it can be read. */
export function clientUserNames(secret: SecretContent): string[] {
  const unauthorized = new SecretProblems({ name: '', purpose: 'users', path: '' });
  return readClientUsers(secret, true, unauthorized).users.map(userId);
}

/** What a key of the Secret holds: what may stand in a server's block `authorization`. */
interface UserFile {
  readonly key: string;
  readonly users: readonly PlacedUser[];
  /** Whether these are all: nothing else is misspelt or is not a user. */
  readonly isComplete: boolean;
  readonly token: string | undefined;
  readonly default_permissions: UserPermissions | undefined;
  readonly timeout: number | undefined;
}

interface PlacedUser {
  readonly user: NatsUser;
  readonly place: string;
  /** Nothing is wrong with it. */
  readonly isValid: boolean;
}

/** @returns undefined where it can't be read */
function readFile(secret: SecretContent, key: string, mapped: boolean, findings: SecretProblems): UserFile | undefined {
  const object = readJsonObject(textOf(secret, key) ?? '', key, findings);
  if (object === undefined) return undefined;
  const place = keyPlace(key);
  reportUnknown(object, FIELDS, place, findings);
  const { users = [] } = object;
  return {
    key,
    users: [...readSingleUser(object, place, mapped, findings), ...readUsers(object, place, mapped, findings)],
    isComplete:
      Object.keys(object).every(field => FIELDS.includes(field)) && Array.isArray(users) && users.every(isJsonObject),
    token: readText(object, 'token', place, findings),
    default_permissions: readPermissions(object.default_permissions, `${place}: default_permissions`, findings),
    timeout: readTimeout(object, place, findings),
  };
}

function placeUser(user: JsonObject, place: string, mapped: boolean, findings: SecretProblems): PlacedUser {
  const before = findings.problems.length;
  return { user: readUser(user, place, mapped, findings), place, isValid: findings.problems.length === before };
}

/** A server's block may name one user without a list. */
function readSingleUser(object: JsonObject, place: string, mapped: boolean, findings: SecretProblems): PlacedUser[] {
  const { username, password } = object;
  return username || password ? [placeUser({ username, password }, place, mapped, findings)] : [];
}

function readUsers(object: JsonObject, place: string, mapped: boolean, findings: SecretProblems): PlacedUser[] {
  const users = object.users ?? [];
  if (!Array.isArray(users)) findings.add('Invalid', `${place}: users`, 'must be a list', HINT);
  return (Array.isArray(users) ? users : []).flatMap((user: unknown, index) => {
    const at = `${place}: users[${index}]`;
    if (isJsonObject(user)) return [placeUser(user, at, mapped, findings)];
    findings.add('Invalid', at, 'must be an object', HINT);
    return [];
  });
}

function readTimeout({ timeout }: JsonObject, place: string, findings: SecretProblems): number | undefined {
  if (timeout === undefined || timeout === null || timeout === 0) return undefined;
  if (typeof timeout === 'number' && timeout > 0 && timeout <= LONGEST_LOGIN) return timeout;
  findings.add('Invalid', `${place}: timeout`, `must be a number of seconds up to ${LONGEST_LOGIN}`);
  return undefined;
}

/** A server does not start with two users of one name. @returns the names that there are two of */
function reportTwins(
  files: readonly UserFile[],
  serviceUsers: readonly string[],
  findings: SecretProblems,
): ReadonlySet<string> {
  const twins = new Set<string>();
  const seen = new Map(serviceUsers.map(name => [name, 'of a NatsServiceRole; rename one of the two']));
  for (const { user, place } of files.flatMap(({ users }) => users)) {
    const id = userId(user);
    const before = seen.get(id);
    if (before !== undefined && id !== '') {
      findings.add('Invalid', place, `duplicates user "${id}"`, `the first is ${before}`);
      twins.add(id);
    }
    seen.set(id, before ?? place);
  }
  return twins;
}
