import { ownField } from '../../json/own-field';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { DEFAULT_SIZE } from '../spec/resolve-cluster';
import { DEFAULT_VERSION, parseServerVersion } from '../../nats/server-version';
import { isJsonObject } from '../../json/json-object';

/** The fields that the webhook fills in, so that `kubectl get -o yaml` shows them. */
export type AdmissionDefaults = Pick<NatsClusterSpec, 'size' | 'version'>;

/**
 * What the mutating webhook writes into a NatsCluster: size and version where they are absent. An update that leaves one out
 * keeps the old one, or else applying an old manifest again would upgrade NATS or undo a `kubectl scale`. A NatsCluster from before
 * this webhook may have no version: then it is the one that its servers run.
 *
 * The webhook sees an object before the API server validates it, and an old one may be from before there was a schema: what has the wrong
 * type is left as it is, so that the API server rejects it instead of storing an unexpected default.
 *
 * @param object as it was sent
 * @param old the object before the update; undefined when it is created
 * @returns only the fields to write; none where the spec is no object, or where the running version is unknown
 */
export function admissionDefaults(object: unknown, old: unknown): AdmissionDefaults {
  const spec = fieldOf(object, 'spec') ?? {};
  if (!isJsonObject(spec)) return {};
  const version = isVersionAbsent(spec.version) ? formerVersion(old) : undefined;
  return {
    ...(isAbsent(spec.size) ? { size: formerSize(old) } : {}),
    ...(version === undefined ? {} : { version }),
  };
}

const formerSize = (old: unknown): number => {
  const size = fieldOf(fieldOf(old, 'spec'), 'size');
  return typeof size === 'number' ? size : DEFAULT_SIZE;
};

/** A version that is there and can't be read says that servers run, and not what: the default might be an upgrade. */
function formerVersion(old: unknown): string | undefined {
  const spec = fieldOf(fieldOf(old, 'spec'), 'version');
  const status = fieldOf(fieldOf(old, 'status'), 'currentVersion');
  const present = [spec, status].filter(version => !isVersionAbsent(version));
  return present.length === 0 ? DEFAULT_VERSION : present.find(isVersion);
}

const isVersion = (value: unknown): value is string =>
  typeof value === 'string' && parseServerVersion(value) !== undefined;

const fieldOf = (value: unknown, key: string): unknown => (isJsonObject(value) ? ownField(value, key) : undefined);

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

/** Go clients send an empty text for what is absent. */
const isVersionAbsent = (value: unknown): boolean => isAbsent(value) || value === '';
