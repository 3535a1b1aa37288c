import { CLUSTER_LABEL } from '../nats-cluster/spec/labels';
import { isOversized } from './service-role';
import { describeProblem, type Problem } from '../schema/problem';
import type { ValidationResult } from '../schema/validation-result';
import { isJsonObject, type JsonObject } from '../json/json-object';
import { validateSchema } from '../schema/validate-schema';
import { subjectProblem, subscriptionProblem } from '../nats/subject';

/** The fields of a stored NatsServiceRole that validation reads. */
export interface ServiceRoleObject {
  readonly metadata?: {
    readonly name?: string;
    readonly labels?: Record<string, string>;
    readonly deletionTimestamp?: Date | string;
  };
  readonly spec?: unknown;
  /** Whether its spec was too large to be cached. */
  readonly isOversized?: true;
}

/** Validates a NatsServiceRole by its CRD, its subjects and its cluster. */
export function validateServiceRole({
  metadata = {},
  spec = {},
  isOversized: wasOversized,
}: ServiceRoleObject): ValidationResult {
  if (wasOversized === true || isOversized(spec)) return { problems: [OVERSIZE], warnings: [] };
  const object = { metadata: { name: metadata.name ?? '' }, spec };
  const { problems, validSubset } = validateSchema('NatsServiceRole', object);
  const validSpec = isJsonObject(validSubset) && isJsonObject(validSubset.spec) ? validSubset.spec : {};
  const permissions = isJsonObject(validSpec.permissions) ? validSpec.permissions : {};
  return {
    problems: [...problems, ...permissionProblems(permissions)],
    warnings: [...clusterWarnings(metadata.labels), ...permissionWarnings(permissions)].map(describeProblem),
  };
}

const OVERSIZE: Problem = {
  path: 'spec',
  message: 'has more than 64 KiB as JSON',
  hint: 'use wildcards for subjects with a common prefix, such as orders.>, or several roles',
};

const PERMISSIONS = 'spec.permissions';

function permissionProblems({ publish, subscribe }: JsonObject): Problem[] {
  return [
    ...subjectProblems(publish, `${PERMISSIONS}.publish`, subjectProblem),
    ...subjectProblems(subscribe, `${PERMISSIONS}.subscribe`, subscriptionProblem),
  ];
}

type ReportProblem = (subject: string) => string | undefined;

/** The CRD does not restrict the type of subjects, because it cannot express "a list or a map". */
function subjectProblems(rules: unknown, path: string, problem: ReportProblem): Problem[] {
  if (rules === undefined) return [];
  if (Array.isArray(rules)) return listProblems(rules, path, problem);
  const hint = 'a list such as ["orders.*"], or {allow: [...], deny: [...]}';
  if (!isJsonObject(rules)) return [{ path, message: 'must be subjects', hint }];
  return Object.entries(rules).flatMap(([key, list]): Problem[] => {
    const at = `${path}.${key}`;
    if (key !== 'allow' && key !== 'deny') return [{ path: at, message: `is not a field of ${path}`, hint }];
    return Array.isArray(list)
      ? listProblems(list, at, problem)
      : [{ path: at, message: 'must be a list of subjects', hint }];
  });
}

function listProblems(subjects: readonly unknown[], path: string, problem: ReportProblem): Problem[] {
  const hint = 'tokens separated by dots, such as orders.new, orders.* for one token or orders.> for the rest';
  return subjects.flatMap((subject, index) => {
    const message = typeof subject === 'string' ? problem(subject) : 'must be a string';
    return message === undefined ? [] : [{ path: `${path}[${index}]`, message, hint }];
  });
}

function clusterWarnings(labels: Record<string, string> = {}): Problem[] {
  if (labels[CLUSTER_LABEL]) return [];
  return [
    {
      path: `metadata.labels.${CLUSTER_LABEL}`,
      message: 'is not set, so the role serves no cluster',
      hint: 'set it to the name of a NatsCluster in this namespace',
    },
  ];
}

function permissionWarnings(permissions: JsonObject): Problem[] {
  const open = ['publish', 'subscribe'].filter(key => restrictsNothing(permissions[key]));
  if (open.length === 0) return [];
  return [
    {
      path: PERMISSIONS,
      message: `does not restrict what the account may ${open.join(' or ')}`,
      hint: 'list its subjects; an empty list allows none',
    },
  ];
}

/** An empty list of allowed subjects allows nothing. */
const restrictsNothing = (rules: unknown): boolean =>
  rules === undefined ||
  (isJsonObject(rules) && rules.allow === undefined && (!Array.isArray(rules.deny) || rules.deny.length === 0));
