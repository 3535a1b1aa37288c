import { parse } from '@marcbachmann/cel-js';
import type { Problem } from '../problem';
import { type CelRule, isJsonObject, type SchemaNode, schemaNodes } from './schema';

/**
 * What the CRD's own CEL rules say of a value, in the words that the API server would use.
 *
 * The API server refuses such objects by itself; these are for those that were stored before the rules existed.
 *
 * @param root a value that has the right types and its defaults
 */
export function celProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(node => {
    const rules = node.schema['x-kubernetes-validations'] ?? [];
    return rules.filter(({ rule }) => !holds(rule, node.value)).map(rule => problem(node.path, rule));
  });
}

function problem(path: string, { rule, message, fieldPath = '' }: CelRule): Problem {
  return { path: (path + fieldPath).replace(/^\./, ''), message: message ?? `must satisfy ${rule}` };
}

/** A rule that can't be evaluated misses a field that is required: that is a Problem already. */
function holds(rule: string, value: unknown): boolean {
  const evaluate = parse(rule);
  try {
    return evaluate({ self: celValue(value) }) !== false;
  } catch {
    return true;
  }
}

/** CEL tells whole numbers from others, as JSON does not; JavaScript's CEL takes a BigInt for the former. */
function celValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(celValue);
  if (isJsonObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, celValue(field)]));
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value;
}
