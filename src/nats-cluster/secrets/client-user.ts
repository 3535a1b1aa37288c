import type { NatsUser } from '../../nats/user';
import { isPublicNkey } from '../../nats/nkey';
import { isWellFormed } from '../../nats/printable';
import type { JsonObject } from '../../json/json-object';
import { reportUnknown } from './json-object';
import { readPermissions } from './permissions';
import type { SecretProblems } from './secret-problems';

/** How a client may connect. @see nats-server, server/auth.go, validateAllowedConnectionTypes */
const CONNECTION_TYPES = ['STANDARD', 'WEBSOCKET', 'LEAFNODE', 'LEAFNODE_WS', 'MQTT', 'MQTT_WS', 'IN_PROCESS'];

const USER_FIELDS = ['username', 'password', 'nkey', 'permissions', 'allowed_connection_types'];

/** Reads a user of the list in such a Secret. @param mapped users are known by their certificates */
export function readUser(user: JsonObject, place: string, mapped: boolean, findings: SecretProblems): NatsUser {
  reportUnknown(user, USER_FIELDS, place, findings);
  const [username, password, nkey] = ['username', 'password', 'nkey'].map(field =>
    readText(user, field, place, findings),
  );
  if (nkey === undefined && username === undefined) {
    findings.add('Invalid', place, 'has neither username nor nkey');
  } else if (nkey === undefined && password === undefined && !mapped) {
    findings.warn('Warning', place, 'has no password, so that its name alone opens the door');
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
export function readText(
  object: JsonObject,
  field: string,
  place: string,
  findings: SecretProblems,
): string | undefined {
  const value = object[field] ?? '';
  if (typeof value === 'string' && isWellFormed(value)) return value === '' ? undefined : value;
  findings.add('Invalid', `${place}.${field}`, 'must be a string');
  return undefined;
}

function readConnectionTypes(value: unknown, place: string, findings: SecretProblems): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const types: unknown[] = Array.isArray(value) ? value : [value];
  const known = types.filter(type => typeof type === 'string' && CONNECTION_TYPES.includes(type.toUpperCase()));
  if (known.length < types.length) {
    findings.add('Invalid', `${place}.allowed_connection_types`, `must be a list of ${CONNECTION_TYPES.join(', ')}`);
  }
  return known.map(String);
}
