import { servesAccounts } from '../choices';
import { NAME, PEPR_NAMESPACE } from '../names';
import type { Rendering } from '../rendering';
import {
  clusterRights,
  leaseRights,
  namespacedRights,
  rules,
  storeRights,
  webhookRights,
  wideRights,
  type Right,
} from '../rights';
import type { KubernetesObject } from './kubernetes-object';
import { clusterMetadata, namespacedMetadata } from './metadata';

const GROUP = 'rbac.authorization.k8s.io';
const VERSION = { apiVersion: `${GROUP}/v1` };

/** Who the operator is to the API server. Its pods ask for the token themselves; others that should name the account get none. */
export const serviceAccount = (rendering: Rendering): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    ...namespacedMetadata(rendering),
    ...rendering.optional('annotations', 'serviceAccount.annotations'),
  },
  automountServiceAccountToken: false,
});

/** What a cluster-wide operator may do everywhere. */
export const clusterRole = (rendering: Rendering): KubernetesObject => ({
  ...VERSION,
  kind: 'ClusterRole',
  metadata: clusterMetadata(rendering),
  rules: chosenRules(rendering, [...clusterRights, ...wideRights, ...webhookRights]),
});

export const clusterRoleBinding = (rendering: Rendering): KubernetesObject => ({
  ...VERSION,
  kind: 'ClusterRoleBinding',
  metadata: clusterMetadata(rendering),
  roleRef: roleRef('ClusterRole'),
  subjects: subjects(rendering),
});

/** What a namespaced operator may do in one of its namespaces. */
export const watchedRole = role(undefined, namespacedRights);

/** What a cluster-wide operator may do in its own namespace alone. */
export const homeRole = role(undefined, leaseRights);

/** What a cluster-wide operator may do with Pepr's store. */
export const storeRole = role(PEPR_NAMESPACE, storeRights);

/** A Role in that namespace, or in the one that it is asked for, and who has it. */
function role(fixed: string | undefined, rights: readonly Right[]) {
  const metadata = (rendering: Rendering, namespace?: string) =>
    namespacedMetadata(rendering, NAME, fixed ?? namespace);
  return [
    (rendering: Rendering, namespace?: string): KubernetesObject => ({
      ...VERSION,
      kind: 'Role',
      metadata: metadata(rendering, namespace),
      rules: chosenRules(rendering, rights),
    }),
    (rendering: Rendering, namespace?: string): KubernetesObject => ({
      ...VERSION,
      kind: 'RoleBinding',
      metadata: metadata(rendering, namespace),
      roleRef: roleRef('Role'),
      subjects: subjects(rendering),
    }),
  ];
}

/** Without users that are ServiceAccounts, nothing that only they take. */
const chosenRules = (rendering: Rendering, rights: readonly Right[]): readonly unknown[] => {
  const [forAccounts, others] = [true, false].map(wanted =>
    rules(rights.filter(({ isForServiceAccounts = false }) => isForServiceAccounts === wanted)),
  );
  return [...(others ?? []), ...rendering.itemsWhere(servesAccounts, forAccounts ?? [])];
};

function roleRef(kind: 'Role' | 'ClusterRole'): object {
  return { apiGroup: GROUP, kind, name: NAME };
}

/** Without a namespace the account is looked for in the binding's own. */
function subjects({ namespace }: Rendering): readonly object[] {
  return [{ kind: 'ServiceAccount', name: NAME, ...(namespace === undefined ? {} : { namespace }) }];
}
