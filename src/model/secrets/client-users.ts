import type { NatsUser, UserPermissions } from '../nats-user';
import { userId } from '../nats-user';
import { keysOf, textOf, type SecretContent } from '../secret-content';
import { isJsonObject, type JsonObject } from '../validation/schema';
import { readText, readUser } from './client-user';
import { readJsonObject, reportUnknown } from './json-object';
import { readPermissions } from './permissions';
import { keyPlace, SecretFindings } from './secret-findings';

/** Who may connect by a Secret, all its values together. */
export interface ClientUsers {
  readonly users: readonly NatsUser[];
  /** One password for everybody, instead of users. */
  readonly token?: string | undefined;
  readonly defaultPermissions: UserPermissions | undefined;
  /** Seconds that a login may take. */
  readonly timeout?: number | undefined;
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
  findings: SecretFindings,
  serviceUsers?: readonly string[],
): ClientUsers {
  const keys = keysOf(secret);
  if (keys.length === 0) findings.add('Missing', '', 'is empty', `it must have a key whose value is ${HINT}`);
  const files = keys.flatMap(key => readFile(secret, key, mapped, findings));
  reportTwins(files, serviceUsers ?? [], findings);
  const token = only('token', files, findings);
  const users = files.flatMap(({ users: ofFile }) => ofFile.map(({ user }) => user));
  if (token !== undefined && (users.length > 0 || serviceUsers !== undefined)) {
    const others = users.length > 0 ? 'users' : 'spec.auth.enableServiceAccounts';
    findings.add(
      'Invalid',
      '',
      `has a token beside ${others}: a server takes either a token or users`,
      'make it the password of a user',
    );
  }
  return {
    users,
    token,
    defaultPermissions: only('default_permissions', files, findings),
    timeout: only('timeout', files, findings),
  };
}

/** What may stand once in a Secret. */
function only<Field extends 'token' | 'default_permissions' | 'timeout'>(
  field: Field,
  files: readonly UserFile[],
  findings: SecretFindings,
): UserFile[Field] {
  const [first, ...others] = files.filter(file => file[field] !== undefined);
  for (const { key } of others) findings.add('Invalid', keyPlace(key), `has ${field} as key "${first?.key ?? ''}" has`);
  return first?.[field];
}

/** The names and nkeys of the users in such a Secret, as far as it can be read. */
export function clientUserNames(secret: SecretContent): string[] {
  const unheard = new SecretFindings({ name: '', path: '' });
  return readClientUsers(secret, true, unheard).users.map(userId);
}

/** What a key of the Secret holds: what may stand in a server's block `authorization`. */
interface UserFile {
  readonly key: string;
  readonly users: readonly PlacedUser[];
  readonly token: string | undefined;
  readonly default_permissions: UserPermissions | undefined;
  readonly timeout: number | undefined;
}

interface PlacedUser {
  readonly user: NatsUser;
  readonly place: string;
}

function readFile(secret: SecretContent, key: string, mapped: boolean, findings: SecretFindings): UserFile[] {
  const object = readJsonObject(textOf(secret, key) ?? '', key, findings);
  if (object === undefined) return [];
  const place = keyPlace(key);
  reportUnknown(object, FIELDS, place, findings);
  return [
    {
      key,
      users: [...readSingleUser(object, place, mapped, findings), ...readUsers(object, place, mapped, findings)],
      token: readText(object, 'token', place, findings),
      default_permissions: readPermissions(object.default_permissions, `${place}: default_permissions`, findings),
      timeout: readTimeout(object, place, findings),
    },
  ];
}

/** A server's block may name one user without a list. */
function readSingleUser(object: JsonObject, place: string, mapped: boolean, findings: SecretFindings): PlacedUser[] {
  const { username, password } = object;
  return username || password ? [{ user: readUser({ username, password }, place, mapped, findings), place }] : [];
}

function readUsers(object: JsonObject, place: string, mapped: boolean, findings: SecretFindings): PlacedUser[] {
  const users = object.users ?? [];
  if (!Array.isArray(users)) findings.add('Invalid', `${place}: users`, 'must be a list', HINT);
  return (Array.isArray(users) ? users : []).flatMap((user: unknown, index) => {
    const at = `${place}: users[${index}]`;
    if (isJsonObject(user)) return [{ user: readUser(user, at, mapped, findings), place: at }];
    findings.add('Invalid', at, 'must be an object', HINT);
    return [];
  });
}

function readTimeout({ timeout }: JsonObject, place: string, findings: SecretFindings): number | undefined {
  if (timeout === undefined || timeout === null || timeout === 0) return undefined;
  if (typeof timeout === 'number' && timeout > 0 && timeout <= LONGEST_LOGIN) return timeout;
  findings.add('Invalid', `${place}: timeout`, `must be a number of seconds up to ${LONGEST_LOGIN}`);
  return undefined;
}

/** A server does not start with two users of one name. */
function reportTwins(files: readonly UserFile[], serviceUsers: readonly string[], findings: SecretFindings): void {
  const seen = new Map(serviceUsers.map(name => [name, 'of a NatsServiceRole; rename one of the two']));
  for (const { user, place } of files.flatMap(({ users }) => users)) {
    const id = userId(user);
    const before = seen.get(id);
    if (before !== undefined && id !== '')
      findings.add('Invalid', place, `is a second user "${id}"`, `the first is ${before}`);
    seen.set(id, before ?? place);
  }
}
