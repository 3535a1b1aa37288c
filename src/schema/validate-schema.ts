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

/** What the CRD says of an object, and the object as rules may read it. */
export interface SchemaValidation {
  readonly problems: Problem[];
  /** The object without whatever has a wrong type or too many items, and with the CRD's defaults. */
  readonly validSubset: unknown;
}

const kinds = { NatsCluster: natsClusterSchema, NatsServiceRole: natsServiceRoleSchema } as const;

// Patterns are written for the API server's RE2, not for ES "u" patterns. Ajv's optimizer takes as long as all the rest of compiling and saves less.
const ajv = new Ajv({
  ...{ allErrors: true, verbose: true, strict: false, unicodeRegExp: false },
  code: { optimize: false },
  schemas: kinds,
});
addFormats(ajv);

/** Compiles the schemas, which takes half a second; otherwise the first review does. */
export function compileSchemas(): void {
  for (const kind of Object.keys(kinds)) ajv.getSchema(kind);
}

/** Holds an object, of which name and spec count, against everything that its CRD says: types, limits, list keys, CEL rules. */
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

/** Of a value with alternatives ajv names each that fails; rules say better what is wrong (see validate-service-role.ts). */
const isReadable = ({ schemaPath }: ErrorObject): boolean => !schemaPath.includes('/anyOf');
