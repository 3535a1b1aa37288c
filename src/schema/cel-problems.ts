import { parse, type ParseResult } from '@marcbachmann/cel-js';
import { natsClusterSchema, natsServiceRoleSchema } from '../../generated/schemas';
import type { Problem } from './problem';
import { type CelRule, type Schema, type SchemaNode, schemaNodes } from './schema';
import { isJsonObject } from '../json/json-object';

/** Every rule of the CRDs, compiled. */
const rules = compiledRules([natsClusterSchema, natsServiceRoleSchema]);

/**
 * What the CRD's own CEL rules say of a value, in the words that the API server would use.
 *
 * The API server refuses such objects by itself; these are for those that were stored before the rules existed.
 *
 * @param root a value that has the right types and its defaults
 */
export function celProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(node => {
    const stated = node.schema['x-kubernetes-validations'] ?? [];
    if (stated.length === 0) return [];
    const self = celValue(node.value);
    return stated.filter(({ rule }) => !holds(rule, self)).map(rule => problem(node.path, rule));
  });
}

function problem(path: string, { rule, message, fieldPath = '' }: CelRule): Problem {
  return { path: (path + fieldPath).replace(/^\./, ''), message: message ?? `must satisfy ${rule}` };
}

/** A rule that can't be evaluated misses a field that is required: that is a Problem already. */
function holds(rule: string, self: unknown): boolean {
  try {
    return rules.get(rule)?.({ self }) !== false;
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

function compiledRules(schemas: readonly Schema[]): ReadonlyMap<string, ParseResult> {
  return new Map(schemas.flatMap(rulesIn).map(rule => [rule, parse(rule)]));
}

function rulesIn(schema: Schema): string[] {
  const { properties = {}, items, additionalProperties } = schema;
  const below = [...Object.values(properties), items, additionalProperties].filter(isSchema);
  const own = (schema['x-kubernetes-validations'] ?? []).map(({ rule }) => rule);
  return [...own, ...below.flatMap(rulesIn)];
}

function isSchema(value: Schema | boolean | undefined): value is Schema {
  return typeof value === 'object';
}
