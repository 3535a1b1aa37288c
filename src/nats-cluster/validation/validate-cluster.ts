import type { NatsClusterObject } from '../spec/resolve-cluster';
import { oldSpellings, withoutOldSpellings } from '../spec/old-spellings';
import { describeProblem, type Problem } from '../../schema/problem';
import { toSpecProblem, type SpecProblem } from './spec-problem';
import { DEFAULT_VERSION, parseServerVersion } from '../../nats/server-version';
import { clusterRules, clusterWarnings } from './cluster-rules';
import type { ValidationResult } from '../../schema/validation-result';
import type { ReviewedCluster } from './rule';
import { isJsonObject } from '../../json/json-object';
import { validateSchema } from '../../schema/validate-schema';
import { spellingConflicts, spellingWarnings } from './spelling-rules';

/**
 * Everything there is to say of a NatsCluster: by its CRD (types, limits, CEL rules) and across fields. The admission webhook and
 * the condition SpecValid both ask here, so they never disagree.
 */
export function validateCluster(object: NatsClusterObject): ValidationResult<SpecProblem> {
  const { name = '', namespace = '' } = object.metadata ?? {};
  const { problems, validSubset } = validateSchema('NatsCluster', {
    metadata: { name },
    spec: withFieldsOfToday(object.spec),
  });
  const cluster = reviewed(object, name, namespace, validSubset);
  const spellings = oldSpellings(isJsonObject(object.spec) ? object.spec.natsConfig : undefined);
  return {
    problems: unique([
      ...problems,
      ...spellingConflicts(spellings),
      ...clusterRules.flatMap(rule => rule(cluster)),
    ]).map(toSpecProblem),
    warnings: unique([...spellingWarnings(spellings), ...clusterWarnings.flatMap(rule => rule(cluster))]).map(
      describeProblem,
    ),
  };
}

/** A spec in which every option has its field's name, as the model has it; one of another type is the schema's to judge. */
function withFieldsOfToday(spec: unknown = {}): unknown {
  if (!isJsonObject(spec) || spec.natsConfig === undefined) return spec;
  return { ...spec, natsConfig: withoutOldSpellings(spec.natsConfig) };
}

function reviewed(object: NatsClusterObject, name: string, namespace: string, validSubset: unknown): ReviewedCluster {
  // Parsed: the CRD's schema has been applied, and what has a wrong type is gone.
  const spec =
    isJsonObject(validSubset) && isJsonObject(validSubset.spec) ? (validSubset.spec as ReviewedCluster['spec']) : {};
  const version: unknown = [spec.version, object.status?.currentVersion].find(isSet) ?? DEFAULT_VERSION;
  return { name, namespace, spec, version: typeof version === 'string' ? parseServerVersion(version) : undefined };
}

/** Go clients send an empty text for what is absent. */
const isSet = (text: unknown): boolean => text !== undefined && text !== null && text !== '';

/** One Problem a place and message: a list's key may offend by two rules that say the same. */
function unique(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map(problem => [describeProblem(problem), problem])).values()];
}
