/** A JSON schema as CRDs and the OpenAPI of Kubernetes write it: the keywords that codegen reads or writes. */
export interface Schema {
  title?: string;
  description?: string;
  type?: string | string[];
  format?: string;
  default?: unknown;
  enum?: unknown[];
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
  maxProperties?: number;
  nullable?: boolean;
  required?: string[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  definitions?: Record<string, Schema>;
  tsType?: string;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-list-map-keys'?: string[];
  'x-kubernetes-map-type'?: string;
  'x-kubernetes-validations'?: { rule: string; message: string }[];
}

/** The same schema with `change` applied to every schema directly below it, wherever schemas can stand. */
export function mapChildren(schema: Schema, change: (child: Schema) => Schema): Schema {
  const mapped = { ...schema };
  if (schema.properties) mapped.properties = mapValues(schema.properties, change);
  if (schema.items) mapped.items = change(schema.items);
  if (typeof schema.additionalProperties === 'object')
    mapped.additionalProperties = change(schema.additionalProperties);
  if (schema.anyOf) mapped.anyOf = schema.anyOf.map(change);
  return mapped;
}

/** The object with `change` applied to each value, in the same order. */
export function mapValues<T, U>(object: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
