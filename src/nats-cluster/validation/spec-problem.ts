import { natsClusterSchema } from '../../../generated/schemas';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Problem } from '../../schema/problem';
import { schemaOfField, type Schema } from '../../schema/schema';

/** A problem of a NatsCluster, with the part of it that can't be relied on: decisions go by that, and never by the words or the path. */
export interface SpecProblem extends Problem {
  readonly part: SpecPart;
}

/** A field of the spec with all below it, the whole object, or something else, such as a field that there is not. */
export type SpecPart = keyof NatsClusterSpec | 'whole' | 'other';

/** The problem, with the part that its path leads to. */
export const toSpecProblem = (problem: Problem): SpecProblem => ({ ...problem, part: partOf(problem.path) });

/** @param path as `fieldPath` makes it: `spec.auth.token`, empty for the object itself */
function partOf(path: string): SpecPart {
  if (path === '' || path === 'spec') return 'whole';
  const field = /^spec\.([\w$-]+)/.exec(path)?.[1];
  return field !== undefined && isSpecField(field) ? field : 'other';
}

const schema: Schema = natsClusterSchema;

const isSpecField = (field: string): field is keyof NatsClusterSpec =>
  schemaOfField(schema.properties?.spec ?? {}, field) !== undefined;
