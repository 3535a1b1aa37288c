import { tokenSecretName } from '../bound-token';
import type { Account } from '../service-role';
import type { RoleCluster, TokenSecret } from './observed-roles';

/**
 * What a ServiceAccount has to do with a cluster: it is beside it, or agrees to be its user, or has a token from before anybody was asked, which
 * stays as it is; otherwise nothing is written into its namespace.
 */
export type Consent = 'own' | 'agreed' | 'former' | 'none';

/** @param roleUid of the role that the account would be served by */
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

/** Kubernetes' own namespaces and the operator's, where nobody's tokens belong, whatever an account there says. */
const isReserved = (namespace: string, { operatorNamespace }: RoleCluster): boolean =>
  namespace.startsWith('kube-') || namespace === operatorNamespace;

/** Whether the account's token has the name that it had before namespaces were asked. */
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
