import type { V1Lease } from '@kubernetes/client-node';
import { cut } from '../text/truncate';

/** What every Lease of an operator is called; it is told from others by its namespace. */
export const LEASE = 'nats-operator';

/** Seconds without a renewal after which a Lease is anybody's. */
const LEASE_SECONDS = 15;

/** The same in milliseconds. */
export const LEASE_DURATION_MS = LEASE_SECONDS * 1000;

/** `cluster` of the Lease of an operator of all namespaces, `namespace` in each that another manages alone. */
export const SCOPE_LABEL = 'nats.io/operator-scope';

/** The namespace that the operator runs in, whose Lease this is. */
const OPERATOR_NAMESPACE_ANNOTATION = 'nats.io/operator-home';

/** What the replicas of one installation have in common. */
const INSTANCE_ANNOTATION = 'nats.io/operator-instance';

/** A name of Kubernetes has no more characters. */
const LONGEST_NAME = 253;

export type LeaseScope = 'cluster' | 'namespace';

/** A Lease as operators read it. Where tenants may write it, all of it may be anything. */
export interface LeaseRecord {
  readonly namespace: string;
  readonly resourceVersion: string;
  /** The pod that holds it; undefined where none does. */
  readonly holder: string | undefined;
  /** The namespace that its holder runs in. */
  readonly home: string | undefined;
  /** The installation that its holder belongs to; undefined in those of older releases. */
  readonly instance: string | undefined;
  readonly scope: LeaseScope;
  /** Milliseconds since 1970, by the clock of whoever wrote it; 0 where that is not known. */
  readonly renewedAt: number;
  readonly transitions: number;
}

/** Whose a Lease is to be. */
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

const bounded = (text: string | undefined): string | undefined => cut(text ?? '', LONGEST_NAME) || undefined;

/** Whether this very process holds it, or held it before it was started again. */
export const isHeldBy = ({ holder, home }: LeaseRecord, claim: LeaseRequest): boolean =>
  holder === claim.holder && home === claim.home;

/** Whether it is of another replica of the same installation, or was. */
export const isOfReplica = ({ home, instance }: LeaseRecord, claim: LeaseRequest): boolean =>
  home === claim.home && (instance === undefined || instance === claim.instance);

/** As people are told of an operator. Whoever writes the Lease chooses the names, so that only what is one is repeated. */
export function nameOf({ holder, home, namespace }: LeaseRecord): string {
  const pod = isLabel(holder) ? ` (pod ${holder})` : '';
  return `the operator in ${isLabel(home) ? home : namespace}${pod}`;
}

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names */
const isLabel = (text: string | undefined): text is string =>
  text !== undefined && /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);

/** The Lease that says so, from this moment on. `former` is what it was. */
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

/** What a holder changes when it goes on holding it. */
export const renewal = (held: LeaseRecord): object => ({
  metadata: revisionOf(held),
  spec: { renewTime: microTime() },
});

/** What a holder changes when it gives it up. */
export const release = (held: LeaseRecord): object => ({
  metadata: revisionOf(held),
  spec: { renewTime: microTime(), holderIdentity: null },
});

/** The API server refuses what was made from another state. */
const revisionOf = (former: LeaseRecord | undefined): object =>
  former === undefined ? {} : { resourceVersion: former.resourceVersion };

/** @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/lease-v1/ */
const microTime = (): string => new Date().toISOString().replace('Z', '000Z');
