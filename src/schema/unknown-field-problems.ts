import type { Problem } from './problem';
import { fieldPath, type Schema, type SchemaNode, schemaNodes, schemaOfField } from './schema';
import { isJsonObject } from '../json/json-object';
import { closest } from '../text/closest';

/** Returns a problem for each unknown field, which the API server would prune silently. */
export function unknownFieldProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(problemsOfObject);
}

function problemsOfObject({ schema, value, path }: SchemaNode): Problem[] {
  if (!isJsonObject(value) || !rejectsUnknownFields(schema)) return [];
  const known = Object.keys(schema.properties ?? {});
  return Object.keys(value)
    .filter(key => schemaOfField(schema, key) === undefined)
    .map(key => unknownField(path, key, known));
}

const rejectsUnknownFields = (schema: Schema): boolean =>
  schema.properties !== undefined &&
  schema['x-kubernetes-preserve-unknown-fields'] !== true &&
  schema.additionalProperties !== true;

function unknownField(parent: string, key: string, known: readonly string[]): Problem {
  const suggestion = closest(key, known);
  return {
    path: fieldPath(parent, key),
    message: `is not a field of ${parent}`,
    ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
  };
}
