import { schemaOfField, type Schema } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * A copy of the value with the schema's defaults filled in as the API server does: a default counts only where its parent
 * exists. CEL rules rely on it.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function withSchemaDefaults(schema: Schema, value: unknown): unknown {
  const { items, properties = {} } = schema;
  if (Array.isArray(value)) return items ? value.map((item: unknown) => withSchemaDefaults(items, item)) : value;
  if (!isJsonObject(value)) return value;
  const absent = Object.entries(properties).filter(([key, field]) => !(key in value) && field.default !== undefined);
  const filled = { ...value, ...Object.fromEntries(absent.map(([key, field]) => [key, field.default])) };
  return Object.fromEntries(
    Object.entries(filled).map(([key, field]) => {
      const fieldSchema = schemaOfField(schema, key);
      return [key, fieldSchema === undefined ? field : withSchemaDefaults(fieldSchema, field)];
    }),
  );
}
