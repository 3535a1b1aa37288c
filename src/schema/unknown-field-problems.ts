import type { Problem } from './problem';
import { fieldPath, type Schema, type SchemaNode, schemaNodes, schemaOfField } from './schema';
import { isJsonObject } from '../json/json-object';
import { closest } from '../text/closest';

/** A Problem for each field that the schema does not know: the API server would drop it without a word. */
export function unknownFieldProblems(root: SchemaNode): Problem[] {
  return schemaNodes(root).flatMap(problemsOfObject);
}

function problemsOfObject({ schema, value, path }: SchemaNode): Problem[] {
  if (!isJsonObject(value) || !namesItsFields(schema)) return [];
  const known = Object.keys(schema.properties ?? {});
  return Object.keys(value)
    .filter(key => schemaOfField(schema, key) === undefined)
    .map(key => unknownField(path, key, known));
}

const namesItsFields = (schema: Schema): boolean =>
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
