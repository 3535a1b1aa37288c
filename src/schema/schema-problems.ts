import type { ErrorObject } from 'ajv';
import type { Problem } from './problem';
import { closest } from '../text/closest';
import { patternHint } from './pattern-hints';
import { fieldPath } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * Converts ajv errors into problems for the author of the object.
 *
 * @param errors of a validation with `allErrors` and `verbose`
 * @param object the validated object
 */
export function schemaProblems(errors: readonly ErrorObject[], object: unknown): Problem[] {
  return errors.map(error => ({ path: errorPath(error, object), ...explain(error) }));
}

/**
 * The paths of values that no validation rule may read: values of a wrong type, and lists or maps too large to compare
 * their items.
 */
export function invalidPaths(errors: readonly ErrorObject[], object: unknown): Set<string> {
  const invalid = errors.filter(({ keyword }) => ['type', 'maxItems', 'maxProperties'].includes(keyword));
  return new Set(invalid.map(error => errorPath(error, object)));
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
  return (
    explanations[error.keyword]?.(error) ?? { message: error.message ?? `violates the schema rule ${error.keyword}` }
  );
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
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
};

function wrongType({ data, params }: ErrorObject): Explanation {
  const expected: unknown = params.type;
  const types = (Array.isArray(expected) ? expected : [expected]).map(type => typeNames[String(type)] ?? String(type));
  return { message: `must be ${types.join(' or ')}, got ${shown(data)}`, ...quotingHint(String(expected), data) };
}

/** YAML parses 2.10 as a number and "3" as a string: the most frequent type error. */
function quotingHint(expected: string, data: unknown): { hint?: string } {
  if (expected === 'string' && ['number', 'boolean'].includes(typeof data)) {
    return { hint: `quote it: "${String(data)}"` };
  }
  const looksRight = /^(true|false|-?\d+(\.\d+)?)$/.test(String(data)) && typeof data === 'string';
  return looksRight && expected !== 'object' && expected !== 'array' ? { hint: 'remove the quotation marks' } : {};
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
  return { message: `has an invalid format: ${shown(error.data)}`, ...(hint === undefined ? {} : { hint }) };
}

function stringParameter({ params }: ErrorObject, name: string): string {
  const parameters: Record<string, unknown> = params;
  return String(parameters[name]);
}

const limit = (error: ErrorObject): string => stringParameter(error, 'limit');

const size = (value: unknown): number => (isJsonObject(value) || Array.isArray(value) ? Object.keys(value).length : 0);

/** Formats a value as JSON, truncated for a terminal. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
