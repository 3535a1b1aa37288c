import Ajv, { type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { natsClusterSchema, natsServiceRoleSchema } from '../../generated/schemas';
import type { Problem } from './problem';
import { celProblems } from './cel-problems';
import { listKeyProblems } from './list-key-problems';
import { nestingProblem } from './nesting';
import type { Schema } from './schema';
import { withSchemaDefaults } from './schema-defaults';
import { schemaProblems, invalidPaths } from './schema-problems';
import { dropInvalidFields } from './drop-invalid-fields';
import { unknownFieldProblems } from './unknown-field-problems';

/** The result of a schema validation. */
export interface SchemaValidation {
  readonly problems: Problem[];
  /** The object with the CRD's defaults, without values that have a wrong type or too many items. */
  readonly validSubset: unknown;
}

const kinds = { NatsCluster: natsClusterSchema, NatsServiceRole: natsServiceRoleSchema } as const;

// Patterns use the syntax of RE2, as the API server does, not of ES "u" patterns. Ajv's optimizer doubles the compile
// time and saves less than that.
const ajv = new Ajv({
  ...{ allErrors: true, verbose: true, strict: false, unicodeRegExp: false },
  code: { optimize: false },
  schemas: kinds,
});
addFormats(ajv);

/** Compiles the schemas, which takes half a second that the first admission review would wait for. */
export function compileSchemas(): void {
  for (const kind of Object.keys(kinds)) ajv.getSchema(kind);
}

/** Validates the name and the spec of an object against its CRD: types, limits, list keys, CEL rules. */
export function validateSchema(kind: keyof typeof kinds, object: unknown): SchemaValidation {
  const schema: Schema = kinds[kind];
  const tooDeep = nestingProblem(object);
  if (tooDeep !== undefined) return { problems: [tooDeep], validSubset: {} };
  ajv.validate(kind, object);
  const errors = (ajv.errors ?? []).filter(isReadable);
  const validSubset = withSchemaDefaults(schema, dropInvalidFields(object, invalidPaths(errors, object)));
  const problems = [
    ...unknownFieldProblems({ schema, value: object, path: '' }),
    ...schemaProblems(errors, object),
    ...listKeyProblems({ schema, value: object, path: '' }),
    ...celProblems({ schema, value: validSubset, path: '' }),
  ];
  return { problems, validSubset };
}

/**
 * For `anyOf`, ajv reports every failed alternative; validation rules give clearer messages (see
 * validate-service-role.ts).
 */
const isReadable = ({ schemaPath }: ErrorObject): boolean => !schemaPath.includes('/anyOf');
