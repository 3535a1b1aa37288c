import type { V1Lease } from '@kubernetes/client-node';
import { cut } from '../text/truncate';

/** The name of every operator's Lease; Leases differ by namespace. */
export const LEASE = 'nats-operator';

/** Lease duration in seconds. */
const LEASE_SECONDS = 15;

/** Lease duration in milliseconds. */
export const LEASE_DURATION_MS = LEASE_SECONDS * 1000;

/** `cluster` for the Lease of a cluster-scoped operator, `namespace` for those of a namespaced one. */
export const SCOPE_LABEL = 'nats.io/operator-scope';

/** The namespace of the operator that holds the Lease. */
const OPERATOR_NAMESPACE_ANNOTATION = 'nats.io/operator-home';

/** The ID of an installation, shared by its replicas. */
const INSTANCE_ANNOTATION = 'nats.io/operator-instance';

/** Maximum length of a Kubernetes name. */
const MAX_NAME_LENGTH = 253;

export type LeaseScope = 'cluster' | 'namespace';

/** A parsed Lease. Its content is untrusted: tenants may be able to write it. */
export interface LeaseRecord {
  readonly namespace: string;
  readonly resourceVersion: string;
  /** The pod that holds the Lease; undefined if it is released. */
  readonly holder: string | undefined;
  /** The namespace of the holder. */
  readonly home: string | undefined;
  /** The installation of the holder; undefined in Leases of older releases. */
  readonly instance: string | undefined;
  readonly scope: LeaseScope;
  /** Milliseconds since 1970 by the holder's clock; 0 if unknown. */
  readonly renewedAt: number;
  readonly transitions: number;
}

/** The identity of a candidate. */
export interface LeaseRequest {
  readonly holder: string;
  readonly home: string;
  readonly instance: string;
  readonly scope: LeaseScope;
}

export function toRecord({ metadata = {}, spec = {} }: V1Lease): LeaseRecord {
  const { namespace = '', resourceVersion = '', annotations = {}, labels = {} } = metadata;
  return {
    namespace,
    resourceVersion,
    holder: bounded(spec.holderIdentity),
    home: bounded(annotations[OPERATOR_NAMESPACE_ANNOTATION]),
    instance: bounded(annotations[INSTANCE_ANNOTATION]),
    scope: labels[SCOPE_LABEL] === 'cluster' ? 'cluster' : 'namespace',
    renewedAt: (spec.renewTime === undefined ? 0 : new Date(spec.renewTime).getTime()) || 0,
    transitions: spec.leaseTransitions ?? 0,
  };
}

const bounded = (text: string | undefined): string | undefined => cut(text ?? '', MAX_NAME_LENGTH) || undefined;

/** Whether the candidate holds the Lease, possibly from before a restart. */
export const isHeldBy = ({ holder, home }: LeaseRecord, claim: LeaseRequest): boolean =>
  holder === claim.holder && home === claim.home;

/** Whether the holder is, or was, a replica of the same installation. */
export const isOfReplica = ({ home, instance }: LeaseRecord, claim: LeaseRequest): boolean =>
  home === claim.home && (instance === undefined || instance === claim.instance);

/** Describes the operator that holds a Lease. The names in a Lease are untrusted: only valid ones are repeated. */
export function nameOf({ holder, home, namespace }: LeaseRecord): string {
  const pod = isLabel(holder) ? ` (pod ${holder})` : '';
  return `the operator in ${isLabel(home) ? home : namespace}${pod}`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const isLabel = (text: string | undefined): text is string =>
  text !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** The Lease as acquired now. `former` is the stored one. */
export function toLease({ holder, home, instance, scope }: LeaseRequest, former: LeaseRecord | undefined): object {
  const isAnother = former !== undefined && former.holder !== holder;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: LEASE,
      labels: { [SCOPE_LABEL]: scope },
      annotations: { [OPERATOR_NAMESPACE_ANNOTATION]: home, [INSTANCE_ANNOTATION]: instance },
      ...revisionOf(former),
    },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: microTime(),
      ...(former?.holder === holder ? {} : { acquireTime: microTime() }),
      leaseTransitions: (former?.transitions ?? 0) + (isAnother ? 1 : 0),
    },
  };
}

/** The patch that renews a Lease. */
export const renewal = (held: LeaseRecord): object => ({
  metadata: revisionOf(held),
  spec: { renewTime: microTime() },
});

/** The patch that releases a Lease. */
export const release = (held: LeaseRecord): object => ({
  metadata: revisionOf(held),
  spec: { renewTime: microTime(), holderIdentity: null },
});

/** With a resourceVersion, the API server rejects a write based on another state. */
const revisionOf = (former: LeaseRecord | undefined): object =>
  former === undefined ? {} : { resourceVersion: former.resourceVersion };

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
