import type { V1Lease } from '@kubernetes/client-node';

/** What every Lease of an operator is called; it is told from others by its namespace. */
export const LEASE = 'nats-operator';

/** Seconds without a renewal after which a Lease is anybody's. */
export const LEASE_SECONDS = 15;

/** By this label operators find each other's Leases: `cluster` of one that looks after all namespaces, `namespace` in each that one looks after alone. */
export const SCOPE_LABEL = 'nats.io/operator-scope';

/** The namespace that the operator runs in, whose Lease this is: its replicas have it in common. */
const HOME_ANNOTATION = 'nats.io/operator-home';

export type LeaseScope = 'cluster' | 'namespace';

/** A Lease as operators read it. */
export interface LeaseRecord {
  readonly namespace: string;
  readonly resourceVersion: string;
  /** The pod that holds it; undefined where none does. */
  readonly holder: string | undefined;
  /** The namespace that its holder runs in. */
  readonly home: string | undefined;
  readonly scope: LeaseScope;
  /** Milliseconds since 1970, by the clock of whoever wrote it. */
  readonly renewedAt: number;
  readonly transitions: number;
}

/** Whose a Lease is to be. */
export interface LeaseClaim {
  readonly holder: string;
  readonly home: string;
  readonly scope: LeaseScope;
}

export function toRecord({ metadata = {}, spec = {} }: V1Lease): LeaseRecord {
  return {
    namespace: metadata.namespace ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    holder: spec.holderIdentity || undefined,
    home: metadata.annotations?.[HOME_ANNOTATION],
    scope: metadata.labels?.[SCOPE_LABEL] === 'cluster' ? 'cluster' : 'namespace',
    renewedAt: spec.renewTime === undefined ? 0 : new Date(spec.renewTime).getTime(),
    transitions: spec.leaseTransitions ?? 0,
  };
}

/** The Lease that says so, from this moment on. `former` is what it was. */
export function toLease({ holder, home, scope }: LeaseClaim, former: LeaseRecord | undefined): object {
  const isAnother = former !== undefined && former.holder !== holder;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      name: LEASE,
      labels: { [SCOPE_LABEL]: scope },
      annotations: { [HOME_ANNOTATION]: home },
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
