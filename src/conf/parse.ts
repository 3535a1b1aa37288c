import { INCLUDE, isBlock, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Reads what `printConf` printed.
 *
 * @returns undefined where the text is something else
 */
export function parseConf(text: string): Conf | undefined {
  try {
    const value = toValue(JSON.parse(toJson(text)));
    return isBlock(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Marks a member that was an include: no key has a backslash, for NATS knows no escapes there. */
const INCLUDE_KEY = '\\include ';

/** A key (which has no escapes), a string, or an include. */
const TOKEN = /"(?<key>[^"\\]*)"(?=:)|"(?:[^"\\]|\\.)*"|\binclude "(?<path>[^"]*)"/g;

function toJson(text: string): string {
  return text.replace(TOKEN, (token: string, key?: string, path?: string, offset?: number) => {
    if (key !== undefined) return token;
    if (path === undefined) return token.replace(/\\(?:x([0-9a-f]{2})|.)/g, unescapeHex);
    return `${JSON.stringify(`${INCLUDE_KEY}${offset ?? 0}`)}: ${JSON.stringify(path)}`;
  });
}

const unescapeHex = (escape: string, hex?: string): string => (hex === undefined ? escape : `\\u00${hex}`);

function toValue(value: unknown): ConfValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(toValue);
  if (typeof value === 'object' && value !== null) return toBlock(value);
  throw new SyntaxError('NATS knows no null');
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
