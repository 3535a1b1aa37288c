import { isExact, isKey, isWellFormed } from '../printable';
import { INCLUDE, isBlock, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Prints a configuration as nats.conf: indented JSON plus `include`. Includes are separated like members, so that
 * adding a colon after the word gives JSON, as tools for the legacy operator's files do.
 *
 * Every string round-trips. Strings are quoted, so that a leading `$` is not a variable and `2a$…` not a bcrypt
 * exception, and escaped for NATS: control characters become `\xXX`, which is not JSON, and characters from 0x7f are
 * not escaped. Source: nats-server, conf/lex.go, lexDubQuotedString and lexStringEscape.
 *
 * @throws RangeError for values that `unprintable` reports: callers validate first
 */
export function printConf(conf: Conf): string {
  return `${printBlock(conf, '')}\n`;
}

/** One line per member: NATS reads the number in `1]` as a string. */
function printBlock(block: ConfBlock, indent: string): string {
  const inner = `${indent}  `;
  const includes = (block[INCLUDE] ?? []).map(path => `${inner}include ${printPath(path)}`);
  const lines = members(block).map(([key, value]) => `${inner}${printKey(key)}: ${printValue(value, inner)}`);
  const all = [...includes, ...lines];
  return all.length === 0 ? '{}' : `{\n${all.join(',\n')}\n${indent}}`;
}

function printList(list: readonly ConfValue[], indent: string): string {
  const inner = `${indent}  `;
  if (list.length === 0) return '[]';
  return `[\n${list.map(item => inner + printValue(item, inner)).join(',\n')}\n${indent}]`;
}

function printValue(value: ConfValue, indent: string): string {
  if (typeof value === 'string') return printString(value);
  if (typeof value === 'number') return printNumber(value);
  if (typeof value === 'boolean') return String(value);
  return isBlock(value) ? printBlock(value, indent) : printList(value, indent);
}

function printString(text: string): string {
  if (!isWellFormed(text)) throw new RangeError('not UTF-8');
  return `"${text.replace(/["\\\u0000-\u001f]/g, character => escapes[character] ?? hexEscape(character))}"`;
}

const escapes: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const hexEscape = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** NATS does not support exponents. */
function printNumber(value: number): string {
  if (!isExact(value)) throw new RangeError(`not a NATS number: ${value}`);
  const [mantissa = '', exponent] = String(value).split('e-');
  if (exponent === undefined) return mantissa;
  const zeros = '0'.repeat(Number(exponent) - 1);
  return `${value < 0 ? '-' : ''}0.${zeros}${mantissa.replace(/[-.]/g, '')}`;
}

function printKey(key: string): string {
  if (!isKey(key)) throw new RangeError(`not a NATS key: ${key}`);
  return `"${key}"`;
}

/** Paths have no escapes. */
function printPath(path: string): string {
  if (/["\u0000-\u001f]/.test(path)) throw new RangeError(`not a NATS path: ${path}`);
  return `"${path}"`;
}
