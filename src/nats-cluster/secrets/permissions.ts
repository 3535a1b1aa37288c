import type { SubjectRules } from '../../../generated/nats-service-role';
import { parseDuration } from '../../nats/duration';
import type { ResponseLimits, UserPermissions } from '../../nats/user';
import { isJsonObject } from '../../json/json-object';
import { subjectProblem, subscriptionProblem } from '../../nats/subject';
import { reportUnknown } from './json-object';
import type { SecretProblems } from './secret-problems';

const FIELDS = ['publish', 'subscribe', 'allow_responses'];
const SUBJECTS_HINT = 'a list such as ["orders.*"], or {"allow": [...], "deny": [...]}';

/** Reads permissions as a Secret holds them; undefined where there are none. An empty list of subjects allows nothing. */
export function readPermissions(value: unknown, place: string, findings: SecretProblems): UserPermissions | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isJsonObject(value)) {
    findings.add('Invalid', place, 'must be an object', `allowed are ${FIELDS.join(', ')}`);
    return undefined;
  }
  reportUnknown(value, FIELDS, place, findings);
  const publish = readRules(value.publish, `${place}.publish`, subjectProblem, findings);
  const subscribe = readRules(value.subscribe, `${place}.subscribe`, subscriptionProblem, findings);
  const allowResponses = readResponses(value.allow_responses, `${place}.allow_responses`, findings);
  return {
    ...(publish === undefined ? {} : { publish }),
    ...(subscribe === undefined ? {} : { subscribe }),
    ...(allowResponses === undefined ? {} : { allowResponses }),
  };
}

type ReportProblem = (subject: string) => string | undefined;

function readRules(
  value: unknown,
  place: string,
  reason: ReportProblem,
  findings: SecretProblems,
): SubjectRules | undefined {
  if (value === undefined) return undefined;
  if (value !== null && !isJsonObject(value)) return readSubjects(value, place, reason, findings);
  reportUnknown(value ?? {}, ['allow', 'deny'], place, findings);
  const allow = readSubjects(value?.allow, `${place}.allow`, reason, findings);
  const deny = readSubjects(value?.deny, `${place}.deny`, reason, findings);
  if (allow === undefined && (deny ?? []).length === 0)
    findings.warn('Warning', place, 'restricts nothing', 'leave it out, or list the subjects: [] allows none');
  return { ...(allow === undefined ? {} : { allow }), ...(deny === undefined ? {} : { deny }) };
}

/** NATS takes a single subject for a list of one. */
function readSubjects(
  value: unknown,
  place: string,
  reason: ReportProblem,
  findings: SecretProblems,
): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string' && !Array.isArray(value)) {
    findings.add('Invalid', place, 'must be subjects', SUBJECTS_HINT);
    return undefined;
  }
  return [value].flat().flatMap((subject: unknown, index) => {
    const message = typeof subject === 'string' ? reason(subject) : 'must be a string';
    if (message !== undefined) findings.add('Invalid', `${place}[${index}]`, message);
    return typeof subject === 'string' ? [subject] : [];
  });
}

function readResponses(
  value: unknown,
  place: string,
  findings: SecretProblems,
): UserPermissions['allowResponses'] | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'boolean') return value;
  if (isJsonObject(value)) return readLimits(value, place, findings);
  findings.add('Invalid', place, 'must be true, false or an object', 'such as {"max": 1, "expires": "1m"}');
  return undefined;
}

function readLimits(
  { max, expires, ...rest }: Record<string, unknown>,
  place: string,
  findings: SecretProblems,
): ResponseLimits {
  reportUnknown(rest, ['max', 'expires'], place, findings);
  const isCount = typeof max === 'number' && Number.isSafeInteger(max);
  const isDuration = typeof expires === 'string' && parseDuration(expires.replace(/^-/, '')) !== undefined;
  if (max !== undefined && !isCount) findings.add('Invalid', `${place}.max`, 'must be an integer');
  if (expires !== undefined && !isDuration) {
    findings.add('Invalid', `${place}.expires`, 'must be a duration', 'such as "1m30s"');
  }
  return { ...(isCount ? { max } : {}), ...(isDuration ? { expires } : {}) };
}
