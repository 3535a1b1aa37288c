import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { DEFAULT_SIZE } from './cluster-model';
import { DEFAULT_VERSION } from './server-version';

/** The fields that the webhook fills in, so that `kubectl get -o yaml` shows them. */
export type AdmissionDefaults = Pick<NatsClusterSpec, 'size' | 'version'>;

interface WithSpec {
  readonly spec?: Pick<NatsClusterSpec, 'size' | 'version'>;
  readonly status?: { readonly currentVersion?: string };
}

/**
 * What the mutating webhook writes into a NatsCluster: size and version where they are absent. An update that leaves one out
 * keeps the old one, or else applying an old manifest again would upgrade NATS or undo a `kubectl scale`. A NatsCluster from before
 * this webhook may have no version: then it is the one that its servers run.
 *
 * @param old the object before the update; undefined when it is created
 * @returns only the fields to write
 */
export function admissionDefaults({ spec = {} }: WithSpec, old: WithSpec | undefined): AdmissionDefaults {
  return {
    ...(isAbsent(spec.size) ? { size: old?.spec?.size ?? DEFAULT_SIZE } : {}),
    ...(isAbsent(spec.version) ? { version: formerVersion(old) ?? DEFAULT_VERSION } : {}),
  };
}

const formerVersion = (old: WithSpec | undefined): string | undefined =>
  [old?.spec?.version, old?.status?.currentVersion].find(isPresent);

/** Go clients send an empty text for what is absent. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

const isPresent = (value: unknown): boolean => !isAbsent(value);
