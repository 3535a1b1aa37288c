import { INCLUDE, isBlock, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Parses the output of `printConf` in linear time: the text may be untrusted.
 *
 * @returns undefined for any other text
 */
export function parseConf(text: string): Conf | undefined {
  const json = toJson(text);
  if (json === undefined) return undefined;
  try {
    const value = toValue(JSON.parse(json));
    return isBlock(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Prefix of members that were includes. It cannot collide with a key, which never contains a backslash. */
const INCLUDE_KEY = '\\include ';

/** Far deeper than any generated configuration; deeper input would overflow the stack. */
const MAX_DEPTH = 64;

/** Returns undefined for an unterminated string, or if blocks and lists are nested too deeply. */
function toJson(text: string): string | undefined {
  const parts: string[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    if (end === undefined) return undefined;
    const token = text.slice(at, end);
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH) return undefined;
    parts.push(tokenToJson(token, text[end] === ':', at));
    at = end;
  }
  return parts.join('');
}

const INCLUDE_START = 'include "';

/** Text without quotation marks, brackets and the first letter of an include. */
const PLAIN = /[^"{}[\]i]+/y;

function endOfToken(text: string, at: number): number | undefined {
  const isInclude = text.startsWith(INCLUDE_START, at);
  if (isInclude || text[at] === '"') return endOfString(text, isInclude ? at + INCLUDE_START.length - 1 : at);
  PLAIN.lastIndex = at;
  return PLAIN.test(text) ? PLAIN.lastIndex : at + 1;
}

/** The offset after the string that begins at `at`. */
function endOfString(text: string, at: number): number | undefined {
  for (let index = at + 1; index < text.length; index += 1) {
    if (text[index] === '"') return index + 1;
    if (text[index] === '\\') index += 1;
  }
  return undefined;
}

/** Keys have no escapes and are not converted. */
function tokenToJson(token: string, isKey: boolean, at: number): string {
  if (token.startsWith(INCLUDE_START)) {
    return `${JSON.stringify(`${INCLUDE_KEY}${at}`)}: ${JSON.stringify(token.slice(INCLUDE_START.length, -1))}`;
  }
  const isText = token.startsWith('"') && !(isKey && !token.includes('\\'));
  return isText ? token.replace(/\\(?:x([0-9a-f]{2})|.)/g, unescapeHex) : token;
}

const unescapeHex = (escape: string, hex?: string): string => (hex === undefined ? escape : `\\u00${hex}`);

function toValue(value: unknown): ConfValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === 'object' && value !== null) return toBlock(value);
  throw new SyntaxError('NATS does not support null');
}

function toBlock(object: object): ConfBlock {
  const all = Object.entries(object).map(([key, value]: [string, unknown]): [string, ConfValue] => [
    key,
    toValue(value),
  ]);
  const includes = all.flatMap(([key, value]) =>
    key.startsWith(INCLUDE_KEY) && typeof value === 'string' ? [value] : [],
  );
  const block = Object.fromEntries(all.filter(([key]) => !key.startsWith(INCLUDE_KEY)));
  return includes.length === 0 ? block : { ...block, [INCLUDE]: includes };
}
