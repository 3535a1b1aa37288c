import type { ErrorObject } from 'ajv';
import type { Problem } from './problem';
import { closest } from '../text/closest';
import { patternHint } from './pattern-hints';
import { fieldPath } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * What ajv says of an object that does not match its schema, in words for the person who wrote it.
 *
 * @param errors of a validation with `allErrors` and `verbose`
 * @param object the one that was validated
 */
export function schemaProblems(errors: readonly ErrorObject[], object: unknown): Problem[] {
  return errors.map(error => ({ path: errorPath(error, object), ...explain(error) }));
}

/** The paths of the values that no rule is to look at: of a wrong type, or so long that comparing their items with each other would take long. */
export function invalidPaths(errors: readonly ErrorObject[], object: unknown): Set<string> {
  const unsound = errors.filter(({ keyword }) => ['type', 'maxItems', 'maxProperties'].includes(keyword));
  return new Set(unsound.map(error => errorPath(error, object)));
}

function errorPath(error: ErrorObject, root: unknown): string {
  const missing = error.keyword === 'required' ? [stringParameter(error, 'missingProperty')] : [];
  const keys = error.instancePath.split('/').slice(1).map(unescapePointer).concat(missing);
  const step = ({ path, value }: { path: string; value: unknown }, key: string): { path: string; value: unknown } => {
    if (Array.isArray(value)) return { path: fieldPath(path, Number(key)), value: value[Number(key)] };
    return { path: fieldPath(path, key), value: isJsonObject(value) ? value[key] : undefined };
  };
  return keys.reduce(step, { path: '', value: root }).path;
}

/** @see RFC 6901 */
const unescapePointer = (key: string): string => key.replaceAll('~1', '/').replaceAll('~0', '~');

type Explanation = Omit<Problem, 'path'>;

function explain(error: ErrorObject): Explanation {
  return explanations[error.keyword]?.(error) ?? { message: error.message ?? `breaks the rule ${error.keyword}` };
}

const explanations: Readonly<Record<string, (error: ErrorObject) => Explanation>> = {
  type: wrongType,
  required: () => ({ message: 'must be set' }),
  enum: notAllowed,
  pattern: wrongForm,
  format: error => ({ message: `must be a ${stringParameter(error, 'format')}, got ${shown(error.data)}` }),
  minimum: error => ({ message: `must be at least ${limit(error)}, got ${shown(error.data)}` }),
  maximum: error => ({ message: `must be at most ${limit(error)}, got ${shown(error.data)}` }),
  minLength: () => ({ message: 'must not be empty' }),
  maxLength: error => ({ message: `must have at most ${limit(error)} characters, has ${String(error.data).length}` }),
  maxItems: error => ({ message: `must have at most ${limit(error)} items, has ${size(error.data)}` }),
  maxProperties: error => ({ message: `must have at most ${limit(error)} entries, has ${size(error.data)}` }),
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a map of fields',
  array: 'a list',
};

function wrongType({ data, params }: ErrorObject): Explanation {
  const wanted: unknown = params.type;
  const types = (Array.isArray(wanted) ? wanted : [wanted]).map(type => typeNames[String(type)] ?? String(type));
  return { message: `must be ${types.join(' or ')}, got ${shown(data)}`, ...quotingHint(String(wanted), data) };
}

/** YAML reads 2.10 as a number and "3" as text: the most frequent of wrong types. */
function quotingHint(wanted: string, data: unknown): { hint?: string } {
  if (wanted === 'string' && ['number', 'boolean'].includes(typeof data)) {
    return { hint: `write it in quotation marks: "${String(data)}"` };
  }
  const looksRight = /^(true|false|-?\d+(\.\d+)?)$/.test(String(data)) && typeof data === 'string';
  return looksRight && wanted !== 'object' && wanted !== 'array' ? { hint: 'write it without quotation marks' } : {};
}

function notAllowed({ data, params }: ErrorObject): Explanation {
  const allowed = Array.isArray(params.allowedValues) ? params.allowedValues.map(String) : [];
  const suggestion = typeof data === 'string' ? closest(data, allowed) : undefined;
  return {
    message: `must be one of ${allowed.filter(value => value !== '').join(', ')}, got ${shown(data)}`,
    ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
  };
}

function wrongForm(error: ErrorObject): Explanation {
  const hint = patternHint(stringParameter(error, 'pattern'));
  return { message: `has the wrong form: ${shown(error.data)}`, ...(hint === undefined ? {} : { hint }) };
}

function stringParameter({ params }: ErrorObject, name: string): string {
  const parameters: Record<string, unknown> = params;
  return String(parameters[name]);
}

const limit = (error: ErrorObject): string => stringParameter(error, 'limit');

const size = (value: unknown): number => (isJsonObject(value) || Array.isArray(value) ? Object.keys(value).length : 0);

/** A value as JSON, cut short: a message is read in a terminal. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
