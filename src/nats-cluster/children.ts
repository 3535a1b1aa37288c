import type { Identified } from './child';
import type { ResolvedCluster } from './spec/resolve-cluster';
import {
  clientServiceName,
  configSecretName,
  managementServiceName,
  podDisruptionBudgetName,
  statefulSetName,
  systemUserSecretName,
} from './spec/names';
import { clientService } from './resources/client-service';
import { configSecret, type ConfigContent } from './resources/config-secret';
import { managementService } from './resources/management-service';
import { podDisruptionBudget } from './resources/pod-disruption-budget';
import { statefulSet, type StatefulSetPlan } from './resources/stateful-set';
import { systemUserSecret } from './resources/system-user-secret';
import type { SystemUserKey } from './spec/system-user';

/** What a plan decides about the children; everything else follows from the model. What is undefined in it is left as it is. */
export interface ChildrenInput {
  readonly config: ConfigContent | undefined;
  readonly statefulSet: StatefulSetPlan | undefined;
  /** How many servers Kubernetes may evict now. */
  readonly maxUnavailable: 0 | 1;
  readonly systemUser?: SystemUserKey | undefined;
}

/** One kind of object that a NatsCluster consists of, and all that the operator has to know of it. */
export interface ChildKind<C extends AnyChild = AnyChild> {
  readonly kind: C['kind'];
  readonly apiVersion: C['apiVersion'];
  /** As paths and RBAC name the kind. */
  readonly plural: string;
  /** What the operator may do with objects of the kind, and why it has to: docs/security.md shows the reason. */
  readonly verbs: readonly string[];
  readonly why: string;
  /** Which objects are watched: those with our label, whole, or the metadata of all that there are. */
  readonly watch: 'labelled' | 'metadata';
  /** The children of the kind that a cluster has, in the order that they are applied in. */
  readonly children: readonly ChildBuilder<C>[];
}

export interface ChildBuilder<C extends AnyChild> {
  /** The child's name: that of the cluster, with a suffix or without. */
  readonly name: (cluster: string) => string;
  /** Undefined if the child is not desired or cannot be built now: an existing one is left as it is. */
  readonly build: (model: ResolvedCluster, input: ChildrenInput) => C | undefined;
}

type AnyChild = Identified<string, string>;

const VERBS = ['get', 'list', 'watch', 'create', 'patch'] as const;

/**
 * The kinds of children, in the order that they are applied in: what pods need comes before them. Watches, reads, paths, the mapping of objects to
 * clusters, rendering and RBAC derive from this table. For another kind, add its builder and a row, and run `npm run codegen` and `npm run manifests`.
 */
export const childKinds = [
  define({
    kind: 'Secret',
    apiVersion: 'v1',
    plural: 'secrets',
    verbs: VERBS,
    why: "configuration, tokens, the key of the operator's own user and the webhooks' certificate are written; certificates and credentials that specs name are read one by one; of all others only metadata is watched",
    watch: 'metadata',
    children: [
      // Before the configuration that names its public key.
      { name: systemUserSecretName, build: (model, { systemUser }) => systemUserSecret(model, systemUser) },
      { name: configSecretName, build: (model, { config }) => config && configSecret(model, config) },
    ],
  }),
  define({
    kind: 'Service',
    apiVersion: 'v1',
    plural: 'services',
    verbs: VERBS,
    why: 'the two Services of a NatsCluster; unused ones are left to the garbage collector',
    watch: 'labelled',
    children: [
      { name: managementServiceName, build: managementService },
      { name: clientServiceName, build: clientService },
    ],
  }),
  define({
    kind: 'PodDisruptionBudget',
    apiVersion: 'policy/v1',
    plural: 'poddisruptionbudgets',
    verbs: VERBS,
    why: 'a drain takes one server at a time, and none while streams would lose their quorum',
    watch: 'labelled',
    children: [
      {
        name: podDisruptionBudgetName,
        build: (model, { maxUnavailable }) => podDisruptionBudget(model, maxUnavailable),
      },
    ],
  }),
  define({
    kind: 'StatefulSet',
    apiVersion: 'apps/v1',
    plural: 'statefulsets',
    verbs: [...VERBS, 'delete'],
    why: 'the servers of a NatsCluster; deleted, without its pods, only to be created again at once for a field that Kubernetes never changes',
    watch: 'labelled',
    children: [
      { name: statefulSetName, build: (model, input) => input.statefulSet && statefulSet(model, input.statefulSet) },
    ],
  }),
] as const;

/** What a NatsCluster consists of, besides its pods. */
export type Child = ChildOf<(typeof childKinds)[number]>;

/** The row of that kind. */
export const childKind = (kind: Child['kind']): ChildKind => rows[kind];

/** Whether objects of that kind may be children. */
export const isChildKind = (kind: string): kind is Child['kind'] => Object.hasOwn(rows, kind);

/** The children that a NatsCluster is to have, in the order that they are applied in. */
export const renderChildren = (model: ResolvedCluster, input: ChildrenInput): Child[] =>
  childKinds.flatMap(({ children }) => children.flatMap(({ build }) => build(model, input) ?? []));

const rows = Object.fromEntries(childKinds.map(row => [row.kind, row])) as Record<Child['kind'], ChildKind>;

type ChildOf<Row> = Row extends ChildKind<infer C> ? C : never;

/** A row as it is, with the kind of object that its builders build. */
function define<C extends AnyChild>(row: ChildKind<C>): ChildKind<C> {
  return row;
}
