import type { NatsServiceRoleSpec, NatsServiceRoleStatus } from '../../generated/nats-service-role';
import { CLUSTER_LABEL } from '../nats-cluster/spec/labels';

/** The part of a stored NatsServiceRole that we read. */
export interface NatsServiceRoleObject {
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly generation?: number;
    readonly resourceVersion?: string;
    readonly labels?: Record<string, string>;
    readonly finalizers?: string[];
    readonly deletionTimestamp?: Date | string;
  };
  /** None of a role that is too large to be held. */
  readonly spec?: NatsServiceRoleSpec;
  readonly isOversized?: true;
  readonly status?: NatsServiceRoleStatus;
}

/** Bytes of a spec as JSON: some two thousand subjects. Any number of roles is held. */
const MAX_SPEC = 65_536;

export const isOversized = (spec: unknown): boolean =>
  spec !== undefined && Buffer.byteLength(JSON.stringify(spec)) > MAX_SPEC;

/** Every namespace, in `spec.namespaces`. */
export const ALL_NAMESPACES = '*';

/** Holds a role that is being deleted until its tokens in other namespaces, which no garbage collector finds, are gone. */
export const TOKENS_FINALIZER = 'nats.io/bound-tokens';

/** The name of the NatsCluster that a role serves, in its own namespace; empty where it names none. */
export const clusterOfRole = ({ metadata }: NatsServiceRoleObject): string => metadata?.labels?.[CLUSTER_LABEL] ?? '';

/** A ServiceAccount. Another of the same name is another account. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The NatsClusters whose users it agrees to be, as `<namespace>/<name>`. */
  readonly clusters: readonly string[];
}
