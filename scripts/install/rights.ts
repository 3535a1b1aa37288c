import { childKinds } from '../../src/nats-cluster/children';
import { NAME } from './names';

/** What the operator may do with objects of some kinds, and why it has to: docs/security.md shows the reasons. */
export interface Right {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly string[];
  /** The only objects that it is about; all of the kind where there are none. */
  readonly names?: readonly string[];
  readonly why: string;
  /** No request of the operator's takes it: an admission plugin asks whether it has it. */
  readonly isAskedByAdmission?: true;
  /** Needed for users that are ServiceAccounts alone, which an installer may do without: `serviceAccounts.enabled`. */
  readonly isForServiceAccounts?: true;
}

/** A rule of a Role or ClusterRole. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

/** Of children, those that need the others before them. */
const childRights: readonly Right[] = childKinds.toReversed().map(({ apiVersion, plural, verbs, why }) => {
  const [group, version] = apiVersion.split('/');
  return { apiGroup: version === undefined ? '' : (group ?? ''), resource: plural, verbs, why };
});

/** In each namespace whose NatsClusters it looks after; where it looks after all, everywhere. */
export const clusterRights: readonly Right[] = [
  {
    apiGroup: 'nats.io',
    resource: 'natsclusters',
    verbs: ['get', 'list', 'watch'],
    why: 'to read the desired state; it never changes a spec',
  },
  { apiGroup: 'nats.io', resource: 'natsclusters/status', verbs: ['patch'], why: 'to report what it does' },
  {
    apiGroup: 'nats.io',
    resource: 'natsclusters/finalizers',
    verbs: ['update'],
    why: 'to make a NatsCluster the owner of its children, where OwnerReferencesPermissionEnforcement requires it',
    isAskedByAdmission: true,
  },
  ...childRights.filter(({ apiGroup }) => apiGroup === ''),
  {
    apiGroup: '',
    resource: 'secrets',
    verbs: ['delete'],
    why: "a token's Secret is deleted with its role",
    isForServiceAccounts: true,
  },
  {
    apiGroup: 'nats.io',
    resource: 'natsserviceroles',
    verbs: ['list', 'watch', 'patch'],
    why: "to know the roles, and to set the finalizer that removes a role's tokens from other namespaces",
  },
  {
    apiGroup: 'nats.io',
    resource: 'natsserviceroles/status',
    verbs: ['patch'],
    why: 'to report which accounts a role serves, and which not',
  },
  {
    apiGroup: '',
    resource: 'serviceaccounts',
    verbs: ['list', 'watch'],
    why: 'to know which accounts roles serve; only metadata is requested',
    isForServiceAccounts: true,
  },
  {
    apiGroup: '',
    resource: 'serviceaccounts/token',
    verbs: ['create'],
    why: 'a token for each account that a role names, of an audience that only the NATS cluster has',
    isForServiceAccounts: true,
  },
  ...childRights.filter(({ apiGroup }) => apiGroup !== ''),
  {
    apiGroup: '',
    resource: 'pods',
    verbs: ['list', 'watch', 'patch', 'delete'],
    why: 'to see servers start, to adopt those of the Go operator, to have mounted files refreshed, to revert drift of labels, and to replace a pod',
  },
  {
    apiGroup: '',
    resource: 'persistentvolumeclaims',
    verbs: ['list', 'watch', 'patch'],
    why: 'to let the volumes of JetStream grow; it neither creates nor deletes any',
  },
  {
    apiGroup: 'apps',
    resource: 'controllerrevisions',
    verbs: ['get'],
    why: 'to go back to the last good template where a new one fails',
  },
  {
    apiGroup: '',
    resource: 'events',
    verbs: ['list', 'create', 'patch'],
    why: 'to say in the status why a pod is not there, to record what it does, and to count what repeats',
  },
];

/**
 * In each namespace where allowed are a Lease: those that a namespaced operator looks after, which it claims so, and of the cluster-wide one its own alone.
 * Kubernetes knows no `create` of one name.
 */
export const leaseRights: readonly Right[] = [
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['create'],
    why: 'one replica is the leader, and one operator manages a namespace: to create the Lease',
  },
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['get', 'patch'],
    names: [NAME],
    why: 'to renew the Lease, and to acquire it when its holder is gone; no other Lease can be touched',
  },
];

/** What a namespaced operator may do in each of its namespaces, and nothing beyond. */
export const namespacedRights: readonly Right[] = [...clusterRights, ...leaseRights];

/** Of an operator of all namespaces, however it came. */
export const wideRights: readonly Right[] = [
  {
    apiGroup: 'coordination.k8s.io',
    resource: 'leases',
    verbs: ['list'],
    names: [NAME],
    why: 'to see which namespaces have an operator of their own, and to ignore those; no other Lease is returned',
  },
  {
    apiGroup: 'admissionregistration.k8s.io',
    resource: 'validatingwebhookconfigurations',
    verbs: ['get'],
    names: [NAME],
    why: 'to see which of several operators of all namespaces administrators have selected',
  },
];

/** Where `pepr deploy` brings the operator: Pepr's own store, and the CRD of it, that its entry program applies. */
export const peprRights: readonly Right[] = [
  {
    apiGroup: 'pepr.dev',
    resource: 'peprstores',
    verbs: ['list'],
    why: 'Pepr begins to watch when it has seen its store',
  },
  {
    apiGroup: 'apiextensions.k8s.io',
    resource: 'customresourcedefinitions',
    verbs: ['patch'],
    names: ['peprstores.pepr.dev'],
    why: "Pepr's entry program applies the CRD of its store, which `pepr deploy` has brought",
  },
];

/** In the namespace pepr-system, of the cluster-wide operator. */
export const storeRights: readonly Right[] = [
  {
    apiGroup: 'pepr.dev',
    resource: 'peprstores',
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
    why: 'Pepr begins to watch when it has seen its store, which stays empty',
  },
];

/** Of the cluster-wide operator. */
export const webhookRights: readonly Right[] = (
  ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'] as const
).map(resource => ({
  apiGroup: 'admissionregistration.k8s.io',
  resource,
  verbs: ['get', 'patch'],
  names: [NAME],
  why: 'to set the CA that the API server trusts; no other webhook can be touched',
}));

/** The rights as Kubernetes wants them. */
export function rules(rights: readonly Right[]): Rule[] {
  return rights.map(({ apiGroup, resource, verbs, names }) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs,
    ...(names === undefined ? {} : { resourceNames: names }),
  }));
}
