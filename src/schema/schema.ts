import { isJsonObject } from '../json/json-object';
/** The part of a CRD's schema that validation reads; generated/schemas.ts holds the whole. */
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

/** A rule of a CRD in the Common Expression Language, about the value that its schema describes, called `self`. */
export interface CelRule {
  readonly rule: string;
  readonly message?: string;
  /** The field that the API server blames, below the value: `.tls.serverSecret`. */
  readonly fieldPath?: string;
}

/** One value of an object, with what the schema says of it. */
export interface SchemaNode {
  readonly schema: Schema;
  readonly value: unknown;
  /** As a user writes it: `spec.extraRoutes[1].route`. */
  readonly path: string;
}

/** The path of a field below another; a key that is no plain name is quoted: `spec.pod.labels["a/b"]`. */
export function fieldPath(parent: string, key: string | number): string {
  if (typeof key === 'number') return `${parent}[${key}]`;
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

/** Every value that the schema describes, from the root down; what has the wrong type is not entered. */
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

/** What the schema says of one field of an object; undefined for a field that it does not know. */
export function schemaOfField(schema: Schema, key: string): Schema | undefined {
  const { properties = {}, additionalProperties } = schema;
  if (Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}
