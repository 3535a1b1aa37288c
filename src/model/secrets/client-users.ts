import { isPublicNkey } from '../nkey';
import type { NatsUser, UserPermissions } from '../nats-user';
import { userId } from '../nats-user';
import { isWellFormed } from '../printable';
import { keysOf, textOf, type SecretContent } from '../secret-content';
import { isJsonObject, type JsonObject } from '../validation/schema';
import { readJsonObject, reportUnknown } from './json-object';
import { readPermissions } from './permissions';
import { keyPlace, SecretFindings } from './secret-findings';

/** The users of a Secret, all its values together. */
export interface ClientUsers {
  readonly users: readonly NatsUser[];
  readonly defaultPermissions: UserPermissions | undefined;
}

/** How a client may connect. @see nats-server, server/auth.go, validateAllowedConnectionTypes */
const CONNECTION_TYPES = ['STANDARD', 'WEBSOCKET', 'LEAFNODE', 'LEAFNODE_WS', 'MQTT', 'MQTT_WS', 'IN_PROCESS'];

const FIELDS = ['username', 'password', 'nkey', 'permissions', 'allowed_connection_types'];
const HINT = '{"users": [{"username": …, "password": …}]}';

/**
 * Reads the Secret of `spec.auth.clientsAuthSecret`.
 *
 * @param mapped users are known by their certificates
 * @param serviceUsers the names that users have already who come from NatsServiceRoles
 */
export function readClientUsers(
  secret: SecretContent,
  mapped: boolean,
  findings: SecretFindings,
  serviceUsers: readonly string[] = [],
): ClientUsers {
  const keys = keysOf(secret);
  if (keys.length === 0) findings.add('Missing', '', 'is empty', `it must have a key whose value is ${HINT}`);
  const files = keys.flatMap(key => readFile(secret, key, mapped, findings));
  reportTwins(files, serviceUsers, findings);
  const [first, ...others] = files.flatMap(({ key, defaultPermissions }) => (defaultPermissions ? [key] : []));
  for (const key of others)
    findings.add('Invalid', keyPlace(key), `has default_permissions as key "${first ?? ''}" has`);
  return {
    users: files.flatMap(({ users }) => users.map(({ user }) => user)),
    defaultPermissions: files.find(({ defaultPermissions }) => defaultPermissions)?.defaultPermissions,
  };
}

/** The names and nkeys of the users in such a Secret, as far as it can be read. */
export function clientUserNames(secret: SecretContent): string[] {
  const unheard = new SecretFindings({ name: '', path: '' });
  return readClientUsers(secret, true, unheard).users.map(userId);
}

interface UserFile {
  readonly key: string;
  readonly users: readonly { readonly user: NatsUser; readonly place: string }[];
  readonly defaultPermissions: UserPermissions | undefined;
}

function readFile(secret: SecretContent, key: string, mapped: boolean, findings: SecretFindings): UserFile[] {
  const object = readJsonObject(textOf(secret, key) ?? '', key, findings);
  if (object === undefined) return [];
  const place = keyPlace(key);
  reportUnknown(object, ['users', 'default_permissions'], place, findings);
  const { users = [], default_permissions: defaults } = object;
  if (!Array.isArray(users)) findings.add('Invalid', `${place}: users`, 'must be a list', HINT);
  const read = (Array.isArray(users) ? users : []).flatMap((user: unknown, index) => {
    const at = `${place}: users[${index}]`;
    if (isJsonObject(user)) return [{ user: readUser(user, at, mapped, findings), place: at }];
    findings.add('Invalid', at, 'must be an object', HINT);
    return [];
  });
  const defaultPermissions = readPermissions(defaults, `${place}: default_permissions`, findings);
  return [{ key, users: read, defaultPermissions }];
}

function readUser(user: JsonObject, place: string, mapped: boolean, findings: SecretFindings): NatsUser {
  reportUnknown(user, FIELDS, place, findings);
  const [username, password, nkey] = ['username', 'password', 'nkey'].map(field => text(user, field, place, findings));
  if (nkey === undefined && username === undefined) {
    findings.add('Invalid', place, 'has neither username nor nkey');
  } else if (nkey === undefined && password === undefined && !mapped) {
    findings.warn('Doubtful', place, 'has no password, so that its name alone opens the door');
  } else if (nkey !== undefined && (username !== undefined || password !== undefined)) {
    findings.add('Invalid', place, 'has an nkey, and so must have neither username nor password');
  } else if (nkey !== undefined && !isPublicNkey(nkey, 'U')) {
    findings.add('Invalid', `${place}.nkey`, 'is not the public key of a user', 'U and 55 more characters');
  }
  const permissions = readPermissions(user.permissions, `${place}.permissions`, findings);
  const connectionTypes = readConnectionTypes(user.allowed_connection_types, place, findings);
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(nkey === undefined ? {} : { nkey }),
    ...(permissions === undefined ? {} : { permissions }),
    ...(connectionTypes === undefined ? {} : { connectionTypes }),
  };
}

/** A field that is text; empty counts as absent, as Go clients send it. */
function text(object: JsonObject, field: string, place: string, findings: SecretFindings): string | undefined {
  const value = object[field] ?? '';
  if (typeof value === 'string' && isWellFormed(value)) return value === '' ? undefined : value;
  findings.add('Invalid', `${place}.${field}`, 'must be text');
  return undefined;
}

function readConnectionTypes(value: unknown, place: string, findings: SecretFindings): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const types: unknown[] = Array.isArray(value) ? value : [value];
  const known = types.filter(type => typeof type === 'string' && CONNECTION_TYPES.includes(type.toUpperCase()));
  if (known.length < types.length) {
    findings.add('Invalid', `${place}.allowed_connection_types`, `must be some of ${CONNECTION_TYPES.join(', ')}`);
  }
  return known.map(String);
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
