import { API_VERSION } from '../nats-cluster/kind';
import type { NatsServiceRoleSpec, NatsServiceRoleStatus } from '../../generated/nats-service-role';
import { CLUSTER_LABEL } from '../nats-cluster/spec/labels';

/** The fields of a stored NatsServiceRole that are read. */
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
  /** Undefined for a role that is too large to be cached. */
  readonly spec?: NatsServiceRoleSpec;
  readonly isOversized?: true;
  readonly status?: NatsServiceRoleStatus;
}

/** The maximum size of a spec as JSON in bytes: about two thousand subjects. */
const MAX_SPEC = 65_536;

export const isOversized = (spec: unknown): boolean =>
  spec !== undefined && Buffer.byteLength(JSON.stringify(spec)) > MAX_SPEC;

export const NATS_SERVICE_ROLE = { apiVersion: API_VERSION, kind: 'NatsServiceRole' } as const;

/** Every namespace, in `spec.namespaces`. */
export const ALL_NAMESPACES = '*';

/** Keeps a terminating role until its tokens in other namespaces, which the garbage collector does not remove, are deleted. */
export const TOKENS_FINALIZER = 'nats.io/bound-tokens';

/** The name of the role's NatsCluster in its namespace; empty without one. */
export const clusterOfRole = ({ metadata }: NatsServiceRoleObject): string => metadata?.labels?.[CLUSTER_LABEL] ?? '';

/** A ServiceAccount. Another of the same name is another account. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** The NatsClusters whose users it agrees to be, as `<namespace>/<name>`. */
  readonly clusters: readonly string[];
}
