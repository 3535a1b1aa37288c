import type { Problem } from './problem';
import { type SchemaNode, schemaNodes } from './schema';
import { isJsonObject } from '../json/json-object';

/** Returns a problem for each duplicate item in lists of type `map` or `set`. */
export function listKeyProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(problemsOfList);
}

function problemsOfList({ schema, value, path }: SchemaNode): Problem[] {
  const keys = schema['x-kubernetes-list-map-keys'];
  if (!Array.isArray(value) || (keys === undefined && schema['x-kubernetes-list-type'] !== 'set')) return [];
  const seen = new Set<string>();
  return value.flatMap((item: unknown, index) => {
    const text = identity(item, keys);
    const isRepeated = seen.has(text);
    seen.add(text);
    return isRepeated
      ? [{ path: `${path}[${index}]`, message: `duplicate item: ${text}`, hint: 'items must be unique' }]
      : [];
  });
}

function identity(item: unknown, keys: readonly string[] | undefined): string {
  if (keys === undefined || !isJsonObject(item)) return JSON.stringify(item);
  return keys.map(key => `${key} ${JSON.stringify(item[key] ?? null)}`).join(', ');
}
