import type { Problem } from '../schema/problem';

/**
 * What nats.conf can hold. It is less than JSON: NATS reads `null` as the string "null", knows no escapes in keys, and no `\u` in
 * strings (nats-server, conf/lex.go).
 */
export type Printable = string | number | boolean | readonly Printable[] | PrintableMap;

export interface PrintableMap {
  readonly [key: string]: Printable;
}

/**
 * Everything in a value from outside that nats.conf can't hold as it is.
 *
 * @param path where the value is, as a user would write it: `spec.natsConfig.extra`
 * @returns no problem exactly where {@link isPrintable} holds
 */
export function unprintable(value: unknown, path: string): Problem[] {
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => unprintable(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) return unprintableMembers(value, path);
  const message = unprintableScalar(value);
  return message === undefined ? [] : [{ path, ...message }];
}

/** Whether nats.conf can hold the value as it is. */
export function isPrintable(value: unknown): value is Printable {
  return unprintable(value, '').length === 0;
}

/** Whether nats.conf can hold the value as a block or map. */
export function isPrintableMap(value: unknown): value is PrintableMap {
  return typeof value === 'object' && !Array.isArray(value) && isPrintable(value);
}

/** Whether text can be UTF-8, and so reaches the server as it is: half of a surrogate pair can't. */
export const isWellFormed = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Whether text can be a key, which NATS reads up to the next quotation mark with no escapes in between. */
export const isKey = (text: string): boolean => isWellFormed(text) && !/["\\\u0000-\u001f]/.test(text);

/** Whether a number is what the user wrote: beyond 2^53 JavaScript has lost digits already. */
export const isExact = (value: number): boolean =>
  Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);

type Complaint = Omit<Problem, 'path'>;

function unprintableMembers(value: object, path: string): Problem[] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    const at = memberPath(path, key);
    const own = isKey(key) ? [] : [{ path: at, ...badKey }];
    return [...own, ...unprintable(member, at)];
  });
}

const badKey: Complaint = {
  message: 'must be a key that NATS can read',
  hint: 'leave out quotation marks, backslashes and control characters',
};

function unprintableScalar(value: unknown): Complaint | undefined {
  if (typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return isWellFormed(value) ? undefined : { message: 'must be text in UTF-8' };
  if (typeof value === 'number') return isExact(value) ? undefined : badNumber;
  return { message: 'must have a value', hint: 'leave the key out instead' };
}

const badNumber: Complaint = {
  message: 'must be a number between -2^53 and 2^53',
  hint: 'a size may be text too, such as "2TB"',
};

const memberPath = (path: string, key: string): string =>
  /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
