import { parseConf } from '../../nats/conf/parse';
import { findConfigSecret, type Observed } from '../observed';
import { keysOf, textOf, type SecretContent } from '../../kubernetes/secret-content';
import { isJsonObject } from '../../json/json-object';

/** Every known secret of a cluster: in the Secrets that its spec names, in its configuration, and the tokens of its users. */
export function knownSecrets(observed: Observed): string[] {
  const { secrets, serviceUsers, systemUser } = observed;
  const config = findConfigSecret(observed);
  return [
    ...[...(secrets?.values() ?? [])].flatMap(secret =>
      secret === undefined ? [] : textsOf(secret).flatMap(secretsIn),
    ),
    ...(config === undefined
      ? []
      : textsOf(config).flatMap(text => [...passwordsIn(parseConf(text)), ...keyLines(text)])),
    ...(serviceUsers ?? []).map(({ password }) => password),
    ...(systemUser === undefined ? [] : [systemUser.seed]),
  ];
}

const textsOf = (secret: SecretContent): string[] => keysOf(secret).map(key => textOf(secret, key) ?? '');

/** Of users and credentials the passwords and tokens, for names and subjects are no secrets; a certificate is none either. Anything else is one as a whole. */
function secretsIn(text: string): string[] {
  const value = parseJson(text);
  if (value !== undefined) return passwordsIn(value);
  return text.includes('-----BEGIN') ? keyLines(text) : [text];
}

/** The lines of private keys, for hardly anybody quotes a whole one. */
function keyLines(pem: string): string[] {
  const keys = pem.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*/g) ?? [];
  return keys.flatMap(key => key.split(/\s+/).slice(1)).filter(line => line.length >= KEY_LINE);
}

/** What is shorter is the header's own words, or the last line, too short to reveal much of a key. */
const KEY_LINE = 16;

/** Level by level, because the depth of a Secret's content must not overflow the stack. */
function passwordsIn(root: unknown): string[] {
  const found: string[] = [];
  for (let level = [root]; level.length > 0; ) {
    const members = level.flatMap(membersOf);
    for (const [key, value] of members) if (isSecret(key, value)) found.push(value);
    level = members.map(([, value]) => value);
  }
  return found;
}

/** The items of a list have no keys that say what they are. */
function membersOf(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) return value.map(item => ['', item]);
  return isJsonObject(value) ? Object.entries(value) : [];
}

const isSecret = (key: string, value: unknown): value is string =>
  ['password', 'token'].includes(key) && typeof value === 'string';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
