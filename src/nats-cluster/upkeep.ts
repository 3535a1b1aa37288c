import { revisionKey, currentRevisionOf } from './config/config-revisions';
import { natsConf } from './config/nats-conf';
import { childId, findChild, type ChildSecret, type ChildStatefulSet, isSeen } from './child';
import { renderChildren, type Child } from './children';
import type { ResolvedCluster } from './spec/resolve-cluster';
import { isPartOfConfig } from './secrets/named-secrets';
import { configSecretName, statefulSetName } from './spec/names';
import type { Observed } from './observed';
import type { SecretsValidation } from './secrets/validate-secrets';
import { configSecret, type ConfigContent } from './resources/config-secret';
import { podTemplate } from './resources/pod-template';
import type { StatefulSetPlan } from './resources/stateful-set';
import { withoutLegacyPods } from './legacy/legacy-pods';
import { isInUse, planConfigFiles, textsOf } from './config/config-files';
import { findDrift } from './apply/drift';
import { listMembers, type Member } from './rollout/members';
import { templateAnnotations } from './rollout/applied-template';
import { pauseRollout } from './rollout/rollout';
import { askedReplicas, planScale } from './rollout/scale';
import { planStatefulSet } from './rollout/stateful-set-plan';
import type { NextStep } from './rollout/next-step';
import { describeSources } from './config/user-sources';

/** What is to be kept up while Secrets can't be used. */
export interface Upkeep {
  /** The children that are not as they have to be, in the order that they are applied in. */
  readonly children: readonly Child[];
  readonly step: NextStep;
  readonly members: readonly Member[];
}

/**
 * What a cluster needs whatever its Secrets hold: its Services and its budget, as many servers as wanted, and what they start from. Servers run
 * with what they have: of a configuration that is there only users follow (access.ts), and no server is replaced, for the new one would
 * start with what is broken.
 */
export function planUpkeep(model: ResolvedCluster, observed: Observed, secrets: SecretsValidation): Upkeep {
  const live = findChild(observed.children, 'StatefulSet', statefulSetName(model.name));
  const secret = findChild(observed.children, 'Secret', configSecretName(model.name));
  const files = secret === undefined ? renderFiles(model, live, observed, secrets) : undefined;
  const { plan, step, members } = planServers(model, live, secret, files !== undefined, observed);
  const config = files && configContent(files, isInUse(secret, observed), secrets);
  const wanted = renderChildren(model, { config, statefulSet: plan });
  const isAmiss = (child: Child): boolean =>
    findDrift(
      child,
      findChild(observed.children, child.kind, child.metadata.name),
      observed.stored?.get(childId(child)),
    ) !== undefined;
  return { children: wanted.filter(isAmiss), step, members };
}

/**
 * What can be made of a new cluster while its Secrets can't be used: the configuration, where they are none of its content. Where there are servers already it is
 * another's.
 */
export function planPreparation(model: ResolvedCluster, observed: Observed, secrets: SecretsValidation): Child[] {
  const live = findChild(observed.children, 'StatefulSet', statefulSetName(model.name));
  if (live !== undefined || observed.pods.length > 0) return [];
  const files = renderFiles(model, live, observed, secrets);
  return files === undefined ? [] : [configSecret(model, configContent(files, false, secrets))];
}

const configContent = (
  files: Record<string, string>,
  inUse: boolean,
  { userSources }: SecretsValidation,
): ConfigContent => ({ files, isInUse: inUse, userSources: describeSources(userSources) });

/** Users and logins stand in the configuration itself, of certificates and JWTs only the names of their files. */
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
  /** Undefined where there is nothing that servers could start from. */
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
  if (live !== undefined) return keepSize(model, live, observed);
  const key = isRendered
    ? revisionKey(natsConf(model), model.pod.reloads)
    : secret && currentRevisionOf(textsOf(secret));
  if (key !== undefined) return planStatefulSet(model, podTemplate(model, key), undefined, observed);
  const members = listMembers(model.name, model.size, undefined, observed);
  return { plan: undefined, step: { kind: 'settled' }, members };
}

/** The template that is there stays, and with it what the StatefulSet remembers of it. */
function keepSize(model: ResolvedCluster, live: ChildStatefulSet, observed: Observed): ServersPlan {
  const { replicas = 0, template = {} } = live.spec ?? {};
  const members = listMembers(model.name, Math.max(replicas, 1), live, observed);
  const asked = askedReplicas(model, replicas, observed);
  const updateStrategy = pauseRollout(members, live);
  const base: StatefulSetPlan = { template, annotations: templateAnnotations(live), replicas: asked, updateStrategy };
  if (!isSeen(live) && asked >= model.size) return { plan: base, step: { kind: 'unseen' }, members };
  const scale = planScale(model, replicas, members, withoutLegacyPods(model, observed));
  const plan = scale?.mayRoll === false ? { ...base, replicas: scale.replicas } : base;
  return { plan, step: scale?.step ?? { kind: 'settled' }, members };
}
