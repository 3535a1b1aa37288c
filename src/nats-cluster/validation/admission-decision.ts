import { isDeepStrictEqual } from 'node:util';
import { admissionDefaults } from './admission-defaults';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { countValues } from '../../json/json-values';
import { describeProblem, type Problem } from '../../schema/problem';
import { truncate } from '../../text/truncate';
import { jetStreamIsDeclared, storageKeepsStreams } from './jetstream-changes';
import { sizeKeepsStreams } from './jetstream-size';
import type { ValidationResult } from '../../schema/validation-result';
import { validateCluster } from './validate-cluster';
import { type ServiceRoleObject, validateServiceRole } from '../../nats-service-role/validate-service-role';

/** The webhook's answer; a rejection has one line per problem. */
export type AdmissionDecision =
  | { readonly isAllowed: true; readonly warnings: string[] }
  | { readonly isAllowed: false; readonly message: string; readonly warnings: string[] };

/**
 * Whether a NatsCluster may be stored. One that is being deleted may, whatever it says, and so may one whose spec stays as it was:
 * a bad object that is there already can be labelled, reported on and removed.
 *
 * @param object with the webhook's defaults
 * @param old the object before the update; undefined when it is created
 */
export function admitNatsCluster(object: NatsClusterObject, old: NatsClusterObject | undefined): AdmissionDecision {
  if (object.metadata?.deletionTimestamp !== undefined) return { isAllowed: true, warnings: [] };
  const isUnchanged =
    old !== undefined &&
    [old.spec, { ...old.spec, ...admissionDefaults(old, old) }].some(spec => isDeepStrictEqual(object.spec, spec));
  const size = sizeProblems(object.spec, old?.spec);
  // Any client of the port may send it: what is too large is not validated any further.
  if (size.length > 0 && !isUnchanged) return decision({ problems: size, warnings: [] }, false);
  const { problems, warnings } = validateCluster(object);
  const changes = old === undefined ? [] : [...sizeKeepsStreams(object, old), ...storageKeepsStreams(object, old)];
  const costs = [...jetStreamIsDeclared(object, old), ...changes];
  return decision({ problems: [...problems, ...costs], warnings }, isUnchanged);
}

/** Bytes of a spec as JSON. Much of it may be in nats.conf, of which a Secret of 1 MiB holds three during a roll. */
const SPEC_BYTES = 320 * 1024;

/** Values in a spec as JSON, each of which may be read several times. */
const SPEC_VALUES = 10_000;

const SIZE_HINT =
  'users belong in the Secret of spec.auth.clientsAuthSecret, and JWTs of many accounts on an account server, spec.operatorConfig.resolver: URL(…)';

/** One that was stored when there was no limit may be changed as long as it does not grow. */
function sizeProblems(spec: unknown, old: unknown): Problem[] {
  const [now, before] = [measure(spec), measure(old)];
  const problem = (message: string): Problem[] => [{ path: 'spec', message, hint: SIZE_HINT }];
  if (now.values > Math.max(SPEC_VALUES, before.values)) return problem(`has more than ${SPEC_VALUES} values as JSON`);
  if (now.bytes <= Math.max(SPEC_BYTES, before.bytes)) return [];
  return problem(
    `has ${kibibytes(now.bytes)} as JSON, more than ${kibibytes(SPEC_BYTES)}: three copies of it have to fit into the Secret of nats.conf`,
  );
}

function measure(value: unknown): { readonly values: number; readonly bytes: number } {
  if (value === undefined) return { values: 0, bytes: 0 };
  const text = JSON.stringify(value);
  return { values: countValues(text), bytes: Buffer.byteLength(text) };
}

const kibibytes = (count: number): string => `${Math.ceil(count / 1024)} KiB`;

/** Whether a NatsServiceRole may be stored; the same exceptions hold. */
export function admitNatsServiceRole(object: ServiceRoleObject, old: ServiceRoleObject | undefined): AdmissionDecision {
  if (object.metadata?.deletionTimestamp !== undefined) return { isAllowed: true, warnings: [] };
  return decision(validateServiceRole(object), old !== undefined && isDeepStrictEqual(object.spec, old.spec));
}

function decision({ problems, warnings }: ValidationResult, isUnchanged: boolean): AdmissionDecision {
  const lines = firstFew(problems.map(describeProblem));
  if (isUnchanged || lines.length === 0)
    return { isAllowed: true, warnings: firstFew([...problems.map(describeProblem), ...warnings]) };
  const count = problems.length === 1 ? '1 validation error' : `${problems.length} validation errors`;
  return {
    isAllowed: false,
    message: [`${count}:`, ...lines.map(line => `- ${line}`)].join('\n'),
    warnings: firstFew(warnings),
  };
}

const MAX_LINES = 50;
const LINE_BYTES = 1024;

/** An answer is read by a person, and the API server passes it on whole. */
function firstFew(lines: readonly string[]): string[] {
  const first = lines.slice(0, MAX_LINES).map(line => truncate(line, LINE_BYTES));
  return lines.length > MAX_LINES ? [...first, `and ${lines.length - MAX_LINES} more`] : first;
}
