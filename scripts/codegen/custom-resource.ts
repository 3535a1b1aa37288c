import { parse } from 'yaml';
import { mapChildren, type Schema } from './schema';

/** What codegen needs of a CustomResourceDefinition. */
export interface CustomResource {
  kind: string;
  plural: string;
  group: string;
  version: string;
  schema: Schema;
  spec: Schema;
  status: Schema;
}

interface Definition {
  spec: {
    group: string;
    names: { kind: string; plural: string };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

/** Reads a CRD with one version; where OpenAPI cannot say what a field takes, the full schema stands in its place. */
export function parseCustomResource(text: string): CustomResource {
  const { spec } = parse(text) as Definition;
  const [version] = spec.versions;
  if (!version) throw new Error(`the CRD of ${spec.names.kind} has no version`);
  const schema = sayInFull(version.schema.openAPIV3Schema);
  const { spec: specSchema, status } = schema.properties ?? {};
  if (!specSchema || !status) throw new Error(`the CRD of ${spec.names.kind} has no spec or no status`);
  return { ...spec.names, group: spec.group, version: version.name, schema, spec: specSchema, status };
}

const subjects: Schema = { type: 'array', items: { type: 'string', minLength: 1 } };

/**
 * A structural schema gives a field one type. SubjectRules takes a list or an object, so the API server lets anything
 * through and the types and the webhook's schema know better.
 */
export const namedUnions: Record<string, Schema> = {
  SubjectRules: {
    anyOf: [subjects, { type: 'object', properties: { allow: subjects, deny: subjects }, additionalProperties: false }],
  },
};

function sayInFull(schema: Schema): Schema {
  const full = schema.title === undefined ? undefined : namedUnions[schema.title];
  if (!full) return mapChildren(schema, sayInFull);
  const { title, description } = schema;
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }), ...full };
}
