import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { DEFAULT_SIZE } from './cluster-model';
import { DEFAULT_VERSION } from './server-version';

/** The fields that the webhook fills in, so that `kubectl get -o yaml` shows them. */
export type AdmissionDefaults = Pick<NatsClusterSpec, 'size' | 'version'>;

interface WithSpec {
  readonly spec?: Pick<NatsClusterSpec, 'size' | 'version'>;
}

/**
 * What the mutating webhook writes into a NatsCluster: size and version where they are absent. An update that leaves one out
 * keeps the old one, or else applying an old manifest again would upgrade NATS or undo a `kubectl scale`.
 *
 * @param old the object before the update; undefined when it is created
 * @returns only the fields to write
 */
export function admissionDefaults({ spec = {} }: WithSpec, old: WithSpec | undefined): AdmissionDefaults {
  return {
    ...(isAbsent(spec.size) ? { size: old?.spec?.size ?? DEFAULT_SIZE } : {}),
    ...(isAbsent(spec.version) ? { version: [old?.spec?.version].find(isPresent) ?? DEFAULT_VERSION } : {}),
  };
}

/** Go clients send an empty text for what is absent. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || value === '';

const isPresent = (value: unknown): boolean => !isAbsent(value);
