import { isWellFormed } from '../../nats/printable';
import { keysOf, textOf, type SecretContent } from '../../kubernetes/secret-content';
import { readJsonObject, reportUnknown } from './json-object';
import { keyPlace, type SecretProblems } from './secret-problems';

/** The credentials of servers for each other. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const HINT = '{"username": …, "password": …}';

/** Reads the Secret of `spec.auth.clusterAuthSecret` or `gatewayAuthSecret`: one key, of any name. */
export function readCredentials(secret: SecretContent, findings: SecretProblems): Credentials | undefined {
  const [key, ...others] = keysOf(secret);
  if (key === undefined || others.length > 0) {
    const count = key === undefined ? 'no key' : `${others.length + 1} keys`;
    findings.add(key === undefined ? 'Missing' : 'Invalid', '', `has ${count}`, `it must have one, with ${HINT}`);
    return undefined;
  }
  const object = readJsonObject(textOf(secret, key) ?? '', key, findings);
  if (object === undefined) return undefined;
  reportUnknown(object, ['username', 'password'], keyPlace(key), findings);
  const { username, password } = object;
  if (isText(username) && isText(password)) return { username, password };
  for (const field of ['username', 'password'].filter(name => !isText(object[name]))) {
    findings.add('Invalid', `${keyPlace(key)}: ${field}`, 'must be a non-empty string', HINT);
  }
  return undefined;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && isWellFormed(value);
