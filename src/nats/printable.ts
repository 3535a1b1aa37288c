import type { Problem } from '../schema/problem';

/**
 * Values that nats.conf can represent, a subset of JSON: NATS reads `null` as the string "null" and supports neither
 * escapes in keys nor `\u` in strings (nats-server, conf/lex.go).
 */
export type Printable = string | number | boolean | readonly Printable[] | PrintableMap;

export interface PrintableMap {
  readonly [key: string]: Printable;
}

/**
 * Returns a problem for every part of an untrusted value that nats.conf cannot represent.
 *
 * @param path the path of the value: `spec.natsConfig.extra`
 * @returns an empty list if and only if {@link isPrintable} is true
 */
export function unprintable(value: unknown, path: string): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => unprintable(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) return unprintableMembers(value, path);
  const message = unprintableScalar(value);
  return message === undefined ? [] : [{ path, ...message }];
}

/** Whether nats.conf can represent the value. */
export function isPrintable(value: unknown): value is Printable {
  return unprintable(value, '').length === 0;
}

/** Whether nats.conf can represent the value as a block or map. */
export function isPrintableMap(value: unknown): value is PrintableMap {
  return typeof value === 'object' && !Array.isArray(value) && isPrintable(value);
}

/** Whether text can be encoded as UTF-8: a lone surrogate cannot. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Whether text can be a key: NATS reads a quoted key up to the next quotation mark, without escapes. */
export const isKey = (text: string): boolean => isWellFormed(text) && !/["\\\u0000-\u001f]/.test(text);

/** Whether a number was parsed exactly: JavaScript loses digits beyond 2^53. */
export const isExact = (value: number): boolean =>
  Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);

type ScalarProblem = Omit<Problem, 'path'>;

function unprintableMembers(value: object, path: string): Problem[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const at = memberPath(path, key);
    const own = isKey(key) ? [] : [{ path: at, ...invalidKey }];
    return [...own, ...unprintable(member, at)];
  });
}

const invalidKey: ScalarProblem = {
  message: 'must be a valid NATS configuration key',
  hint: 'remove quotation marks, backslashes and control characters',
};

function unprintableScalar(value: unknown): ScalarProblem | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isWellFormed(value) ? undefined : { message: 'must be valid UTF-8' };
  if (typeof value === 'number') return isExact(value) ? undefined : invalidNumber;
  return { message: 'must not be null', hint: 'remove the key instead' };
}

const invalidNumber: ScalarProblem = {
  message: 'must be a number between -2^53 and 2^53',
  hint: 'a size may also be a string such as "2TB"',
};

const memberPath = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
