import { revisionKey, currentRevisionOf } from '../config/config-revisions';
import { natsConf } from '../config/nats-conf';
import { childId, findChild, type ChildSecret, type ChildStatefulSet, isSeen } from '../child';
import { renderChildren, type Child } from '../children';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { isPartOfConfig } from '../secrets/named-secrets';
import { findConfigSecret, findStatefulSet } from '../observed';
import type { Observed } from '../observed';
import type { SecretsValidation } from '../secrets/validate-secrets';
import { configSecret, type ConfigContent } from '../resources/config-secret';
import type { ClusterPlan } from './cluster-plan';
import { podTemplate } from '../resources/pod-template';
import type { StatefulSetPlan } from '../resources/stateful-set';
import { withoutLegacyPods } from '../legacy/legacy-pods';
import { isInUse, planConfigFiles, textsOf } from '../config/config-files';
import { findDrift } from '../apply/drift';
import { listMembers, type Member } from '../rollout/members';
import { templateAnnotations } from '../rollout/applied-template';
import { pauseRollout } from '../rollout/rollout';
import { askedReplicas, planScale } from '../rollout/scale';
import { planHibernation } from '../rollout/hibernation';
import { evictableServers } from '../jetstream/health';
import { planStatefulSet } from '../rollout/stateful-set-plan';
import type { NextStep } from '../rollout/next-step';
import { describeSources } from '../config/user-sources';

/**
 * What follows the spec while Secrets are invalid: Services, the budget, the number of servers, and what they start from. The configuration and the template stay
 * as they are: of the former only users change (reload/access.ts), and no server is replaced, for the new one would start with what is broken.
 *
 * @returns of the children those alone that differ from what is there
 */
export function planFrozenServers(
  model: ResolvedCluster,
  observed: Observed,
  secrets: SecretsValidation,
): Pick<ClusterPlan, 'children' | 'step' | 'members'> {
  const live = findStatefulSet(observed);
  const secret = findConfigSecret(observed);
  const files = secret === undefined ? renderFiles(model, live, observed, secrets) : undefined;
  const { plan, step, members } = planServers(model, live, secret, files !== undefined, observed);
  const config = files && configContent(files, isInUse(secret, observed), secrets);
  const desired = renderChildren(model, {
    ...{ config, statefulSet: plan, systemUser: observed.systemUser },
    maxUnavailable: evictableServers(model, members, observed),
  });
  const differs = (child: Child): boolean =>
    findDrift(
      child,
      findChild(observed.children, child.kind, child.metadata.name),
      observed.stored?.get(childId(child)),
    ) !== undefined;
  return { children: desired.filter(differs), step, members };
}

/**
 * What can be created of a new cluster while its Secrets are invalid: the configuration, where they are not part of it. Where there are servers already, the
 * configuration is somebody else's.
 */
export function planInitialConfig(model: ResolvedCluster, observed: Observed, secrets: SecretsValidation): Child[] {
  const live = findStatefulSet(observed);
  if (live !== undefined || observed.pods.length > 0) return [];
  const files = renderFiles(model, live, observed, secrets);
  return files === undefined ? [] : [configSecret(model, configContent(files, false, secrets))];
}

const configContent = (
  files: Record<string, string>,
  inUse: boolean,
  { userSources }: SecretsValidation,
): ConfigContent => ({ files, isInUse: inUse, userSources: describeSources(userSources) });

/** Users and credentials are part of the configuration, of certificates and JWTs only the names of their files. */
function renderFiles(
  model: ResolvedCluster,
  live: ChildStatefulSet | undefined,
  observed: Observed,
  { problems }: SecretsValidation,
): Record<string, string> | undefined {
  if (problems.some(({ purpose }) => isPartOfConfig(purpose))) return undefined;
  return planConfigFiles(natsConf(model), undefined, live, observed, model.pod.reloads);
}

interface ServersPlan {
  /** Undefined where servers have nothing to start from. */
  readonly plan: StatefulSetPlan | undefined;
  readonly step: NextStep;
  readonly members: readonly Member[];
}

function planServers(
  model: ResolvedCluster,
  live: ChildStatefulSet | undefined,
  secret: ChildSecret | undefined,
  isRendered: boolean,
  observed: Observed,
): ServersPlan {
  if (live !== undefined) return scaleOnly(model, live, observed);
  const key = isRendered
    ? revisionKey(natsConf(model), model.pod.reloads)
    : secret && currentRevisionOf(textsOf(secret));
  if (key !== undefined) return planStatefulSet(model, podTemplate(model, key), undefined, observed);
  const members = listMembers(model.name, model.size, undefined, observed);
  return { plan: undefined, step: { kind: 'settled' }, members };
}

/** The template stays as it is, and with it what annotations of the StatefulSet record of it. */
function scaleOnly(model: ResolvedCluster, live: ChildStatefulSet, observed: Observed): ServersPlan {
  const { replicas = 0, template = {} } = live.spec ?? {};
  const members = listMembers(model.name, Math.max(replicas, 1), live, observed);
  const asked = askedReplicas(model, replicas, observed);
  const updateStrategy = pauseRollout(members, live);
  const { volumeClaimTemplates } = live.spec ?? {};
  const annotations = templateAnnotations(live);
  const base: StatefulSetPlan = { template, annotations, replicas: asked, updateStrategy, volumeClaimTemplates };
  if (model.isHibernating) {
    const hibernation = planHibernation(model, live, observed);
    const plan = { ...base, ...hibernation.plan, annotations: { ...annotations, ...hibernation.plan.annotations } };
    return { plan, step: hibernation.step, members: hibernation.members };
  }
  if (!isSeen(live) && asked >= model.size) return { plan: base, step: { kind: 'unseen' }, members };
  const scale = planScale(model, replicas, members, withoutLegacyPods(model, observed));
  const plan = scale?.mayRoll === false ? { ...base, replicas: scale.replicas } : base;
  return { plan, step: scale?.step ?? { kind: 'settled' }, members };
}
