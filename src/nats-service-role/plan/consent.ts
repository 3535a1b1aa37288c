import { tokenSecretName } from '../bound-token';
import type { Account } from '../service-role';
import type { RoleCluster, TokenSecret } from './observed-roles';

/**
 * The consent of a ServiceAccount to be a user of a cluster: it is in the cluster's namespace, or agrees by annotation, or
 * has a token from before consent was required, which stays as it is; otherwise nothing is written into its namespace.
 */
export type Consent = 'own' | 'agreed' | 'former' | 'none';

/** @param roleUid of the role of the account's name */
export function consentOf(
  { namespace, name, clusters }: Account,
  cluster: RoleCluster,
  roleUid: string | undefined,
  tokens: readonly TokenSecret[],
): Consent {
  if (namespace === cluster.namespace) return 'own';
  if (isReserved(namespace, cluster)) return 'none';
  if (clusters.includes(`${cluster.namespace}/${cluster.name}`)) return 'agreed';
  return hasFormerToken({ namespace, name }, cluster, roleUid, tokens) ? 'former' : 'none';
}

/** Namespaces of Kubernetes and of the operator, where consent does not count. */
const isReserved = (namespace: string, { operatorNamespace }: RoleCluster): boolean =>
  namespace.startsWith('kube-') || namespace === operatorNamespace;

/** Whether the account has a token with the name from before consent was required. */
export const hasFormerToken = (
  { namespace, name }: Pick<Account, 'namespace' | 'name'>,
  cluster: RoleCluster,
  roleUid: string | undefined,
  tokens: readonly TokenSecret[],
): boolean =>
  tokens.some(
    ({ secret }) =>
      secret.namespace === namespace &&
      secret.roleUid === roleUid &&
      secret.name === tokenSecretName(name, cluster.name),
  );
