import { findStatefulSet, type Observed } from './observed';
import { withLastInputs, withLastRestart } from './rollout/last-inputs';
import { legacyOrphans, ownPods } from './rollout/own-pods';
import { findBlockedScaling, withBlockedSize, type BlockedScaling } from './rollout/blocked-scaling';
import { redactObserved } from './secrets/redact-observed';
import { validateSecrets, type SecretsValidation } from './secrets/validate-secrets';
import { findVersionBetween } from './jetstream/upgrade-path';
import { findStorageProblems, withAvailableStorage } from './jetstream/available-storage';
import { resolveAuth } from './spec/auth';
import { evacuationBlocker, resolveSystemUser } from './spec/system-user';
import { shutOutUntil } from './jetstream/shut-out';
import { resolveCluster, type ResolvedCluster } from './spec/resolve-cluster';
import type { SpecProblem } from './validation/spec-problem';
import { validateCluster } from './validation/validate-cluster';

/**
 * A cluster with every default applied, and how much of it follows the spec:
 *
 * - `normal`: everything.
 * - `invalid`: the spec is invalid. What runs stays as it is, but users that were removed lose access.
 * - `secrets-invalid`: Secrets that the spec names are invalid. Configuration and pod template stay as they are, all else follows the spec.
 * - `bootstrap`: the same, and there are no servers yet.
 */
export type Resolved =
  | {
      readonly mode: 'invalid';
      readonly problems: readonly SpecProblem[];
      readonly secrets: undefined;
      readonly blockedScaling: undefined;
    }
  | {
      readonly mode: 'normal' | 'secrets-invalid' | 'bootstrap';
      readonly problems: readonly [];
      readonly model: ResolvedCluster;
      readonly secrets: SecretsValidation;
      /** Why the model has another size than the spec. */
      readonly blockedScaling: BlockedScaling | undefined;
    };

export function resolve(observed: Observed, now: Date): Resolved {
  const { cluster, serviceUsers, systemUser, imageRepository } = observed;
  const problems = [...(observed.problems ?? validateCluster(cluster).problems), ...findStorageProblems(observed)];
  if (problems.length > 0) return { mode: 'invalid', problems, secrets: undefined, blockedScaling: undefined };
  const { metadata: { name = '', namespace = '' } = {}, spec = {}, status } = cluster;
  const names = serviceUsers?.map(({ username }) => username) ?? [];
  const secrets = validateSecrets({ name, namespace, spec, serviceUsers: names }, observed.secrets ?? new Map(), now);
  const live = findStatefulSet(observed);
  const facts = { ...secrets.facts, ...(systemUser === undefined ? {} : { systemUserKey: systemUser.publicKey }) };
  const blockedScaling = findBlockedScaling(observed, () => {
    const auth = resolveAuth(spec.auth, facts.clientUsers, serviceUsers);
    return evacuationBlocker(spec, resolveSystemUser(spec, auth, systemUser?.publicKey));
  });
  const between = findVersionBetween(cluster, observed);
  const sized = withBlockedSize(cluster, blockedScaling);
  const next = between === undefined ? sized : { ...sized, spec: { ...sized.spec, version: between } };
  const desired = withLastRestart(resolveCluster(next, facts, serviceUsers, imageRepository), live);
  const model = {
    ...withAvailableStorage(desired, observed),
    isUpgradeStep: between !== undefined,
    shutOutUntil: shutOutUntil(status?.operation, now),
  };
  if (secrets.problems.length === 0) return { mode: 'normal', problems: [], model, secrets, blockedScaling };
  const isNew = status?.configDigest === undefined && live === undefined;
  return { mode: isNew ? 'bootstrap' : 'secrets-invalid', problems: [], model, secrets, blockedScaling };
}

/** What the plan may rely on: the cluster's own pods, the inputs of the last apply where they are absent now, and no secret in any text. */
export function prepareObserved(latest: Observed): Observed {
  const { cluster, pods } = latest;
  const live = findStatefulSet(latest);
  const sorted = { ...latest, pods: ownPods(cluster, live, pods), legacyOrphans: legacyOrphans(cluster, live, pods) };
  return redactObserved(withLastInputs(sorted, live));
}
