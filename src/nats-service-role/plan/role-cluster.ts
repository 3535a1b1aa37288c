import type { Child } from '../../nats-cluster/children';
import type { NatsClusterObject } from '../../nats-cluster/spec/resolve-cluster';
import { omitZero } from '../../nats-cluster/spec/omit-zero';
import { authSecret } from '../../nats-cluster/secrets/named-secrets';
import type { Problem } from '../../schema/problem';
import type { SecretContent } from '../../kubernetes/secret-content';
import { clientUserNames } from '../../nats-cluster/secrets/client-users';
import { validateSecrets } from '../../nats-cluster/secrets/validate-secrets';
import { validateCluster } from '../../nats-cluster/validation/validate-cluster';
import type { RoleCluster } from './observed-roles';

/** A cluster, its children, the Secrets that its spec names, and the problems of its spec. */
export interface ObservedCluster {
  readonly cluster: NatsClusterObject;
  readonly children: readonly Child[];
  readonly secrets?: ReadonlyMap<string, SecretContent | undefined>;
  readonly problems?: readonly Problem[];
}

/**
 * The input that the roles of a cluster need from it.
 *
 * @param observed undefined if the cluster does not exist
 * @param operator the namespaces of the operator's scope, its own, and whether it issues tokens
 */
export function toRoleCluster(
  namespace: string,
  name: string,
  observed: ObservedCluster | undefined,
  operator: Pick<RoleCluster, 'reach' | 'operatorNamespace' | 'issuesTokens'>,
  now: Date,
): RoleCluster {
  return {
    namespace,
    name,
    state: stateOf(observed),
    suspended: observed && suspensionOf(observed, now),
    tokenLifetime: omitZero(observed?.cluster.spec?.auth?.serviceAccountTokenTTLSeconds),
    reach: operator.reach,
    operatorNamespace: operator.operatorNamespace,
    issuesTokens: operator.issuesTokens,
    otherUsers: new Set(observed === undefined ? [] : clientUsernames(observed)),
  };
}

/** Whether a cluster exists and has service accounts enabled. */
export function stateOf(observed: ObservedCluster | undefined): RoleCluster['state'] {
  if (observed === undefined) return 'missing';
  return observed.cluster.spec?.auth?.enableServiceAccounts ? 'enabled' : 'disabled';
}

/** With an invalid spec or Secret the servers keep their configuration: a token that was replaced meanwhile would not be accepted. */
function suspensionOf(
  { cluster, problems, secrets = new Map() }: ObservedCluster,
  now: Date,
): RoleCluster['suspended'] {
  const { metadata: { name = '', namespace = '' } = {}, spec = {} } = cluster;
  if (spec.paused) return 'Paused';
  const isInvalid =
    (problems ?? validateCluster(cluster).problems).length > 0 ||
    validateSecrets({ name, namespace, spec }, secrets, now).problems.length > 0;
  return isInvalid ? 'ClusterInvalid' : undefined;
}

function clientUsernames({ cluster: { spec = {} }, secrets }: ObservedCluster): string[] {
  const named = authSecret(spec, 'users');
  const secret = named === undefined ? undefined : secrets?.get(named.name);
  return secret === undefined ? [] : clientUserNames(secret);
}
