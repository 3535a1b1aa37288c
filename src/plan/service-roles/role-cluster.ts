import type { Child } from '../../model/child';
import type { NatsClusterObject } from '../../model/cluster-model';
import { given } from '../../model/given';
import { authSecrets } from '../../model/named-secrets';
import type { SecretContent } from '../../model/secret-content';
import { clientUserNames } from '../../model/secrets/client-users';
import type { RoleCluster } from './role-world';

/** A cluster, its children, and the Secrets that its spec names. */
export interface ObservedCluster {
  readonly cluster: NatsClusterObject;
  readonly children: readonly Child[];
  readonly secrets?: ReadonlyMap<string, SecretContent | undefined>;
}

/**
 * What the roles of a cluster need to know of it.
 *
 * @param observed undefined where there is no such cluster
 * @param reach the namespaces that the operator looks after; undefined stands for all
 */
export function toRoleCluster(
  namespace: string,
  name: string,
  observed: ObservedCluster | undefined,
  reach: readonly string[] | undefined,
): RoleCluster {
  const { auth = {}, paused = false } = observed?.cluster.spec ?? {};
  const known = auth.enableServiceAccounts ? 'enabled' : 'disabled';
  return {
    namespace,
    name,
    state: observed === undefined ? 'missing' : known,
    paused,
    tokenLifetime: given(auth.serviceAccountTokenTTLSeconds),
    reach,
    otherUsers: new Set(observed === undefined ? [] : clientUsernames(observed)),
  };
}

function clientUsernames({ cluster: { spec = {} }, secrets }: ObservedCluster): string[] {
  const named = authSecrets(spec).find(({ path }) => path === 'spec.auth.clientsAuthSecret');
  const secret = named === undefined ? undefined : secrets?.get(named.name);
  return secret === undefined ? [] : clientUserNames(secret);
}
