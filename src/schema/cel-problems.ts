import { parse, type ParseResult } from '@marcbachmann/cel-js';
import { natsClusterSchema, natsServiceRoleSchema } from '../../generated/schemas';
import type { Problem } from './problem';
import { type CelRule, type Schema, type SchemaNode, schemaNodes } from './schema';
import { isJsonObject } from '../json/json-object';

/** All CEL rules of the CRDs, compiled. */
const rules = compiledRules([natsClusterSchema, natsServiceRoleSchema]);

/**
 * Evaluates the CEL rules of the CRD, with the messages that the API server would return.
 *
 * The API server rejects such objects itself; this covers objects stored before the rules existed.
 *
 * @param root a value with valid types and defaults
 */
export function celProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(node => {
    const celRules = node.schema['x-kubernetes-validations'] ?? [];
    if (celRules.length === 0) return [];
    const self = celValue(node.value);
    return celRules.filter(({ rule }) => !isSatisfied(rule, self)).map(rule => problem(node.path, rule));
  });
}

function problem(path: string, { rule, message, fieldPath = '' }: CelRule): Problem {
  return { path: (path + fieldPath).replace(/^\./, ''), message: message ?? `must satisfy ${rule}` };
}

/** A rule fails to evaluate only if a required field is missing, which is reported separately. */
function isSatisfied(rule: string, self: unknown): boolean {
  try {
    return rules.get(rule)?.({ self }) !== false;
  } catch {
    return true;
  }
}

/** CEL distinguishes integers from doubles; cel-js represents a CEL int as a BigInt. */
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
