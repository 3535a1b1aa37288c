import { schemaOfField, type Schema } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * Returns a copy of the value with the schema's defaults, as the API server applies them: only if the parent exists.
 * CEL rules rely on defaults.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#defaulting
 */
export function withSchemaDefaults(schema: Schema, value: unknown): unknown {
  const { items, properties = {} } = schema;
  if (Array.isArray(value)) return items ? value.map((item: unknown) => withSchemaDefaults(items, item)) : value;
  if (!isJsonObject(value)) return value;
  const missing = Object.entries(properties).filter(([key, field]) => !(key in value) && field.default !== undefined);
  const defaulted = { ...value, ...Object.fromEntries(missing.map(([key, field]) => [key, field.default])) };
  return Object.fromEntries(
    Object.entries(defaulted).map(([key, field]) => {
      const fieldSchema = schemaOfField(schema, key);
      return [key, fieldSchema === undefined ? field : withSchemaDefaults(fieldSchema, field)];
    }),
  );
}
