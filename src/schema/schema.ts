import { isJsonObject } from '../json/json-object';
/** The part of a CRD's OpenAPI schema that validation reads; generated/schemas.ts has the complete schemas. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly CelRule[];
}

/** A validation rule of a CRD in the Common Expression Language. `self` is the value that the schema describes. */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  /** The field that the API server reports, relative to the value: `.tls.serverSecret`. */
  readonly fieldPath?: string;
}

/** A value of an object with its schema. */
export interface SchemaNode {
  readonly schema: Schema;
  readonly value: unknown;
  /** Path of the value: `spec.extraRoutes[1].route`. */
  readonly path: string;
}

/** Appends a field to a path; keys that are not identifiers are quoted: `spec.pod.labels["a/b"]`. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** All values that the schema describes, in pre-order; values of a wrong type are not traversed. */
export function schemaNodes(root: SchemaNode): SchemaNode[] {
  return [root, ...children(root).flatMap(schemaNodes)];
}

function children({ schema, value, path }: SchemaNode): SchemaNode[] {
  const { items } = schema;
  if (Array.isArray(value) && items) {
    return value.map((item: unknown, index) => ({ schema: items, value: item, path: fieldPath(path, index) }));
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, field]) => {
    const fieldSchema = schemaOfField(schema, key);
    return fieldSchema === undefined ? [] : [{ schema: fieldSchema, value: field, path: fieldPath(path, key) }];
  });
}

/** The schema of a field; undefined for unknown fields. */
export function schemaOfField(schema: Schema, key: string): Schema | undefined {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}
