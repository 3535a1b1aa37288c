import { digest } from '../../json/digest';
import { renderChildren } from '../children';
import { expansionStep, planClaims } from '../jetstream/plan-claims';
import { evictableServers } from '../jetstream/health';
import { isInUse, planConfigFiles } from '../config/config-files';
import { CURRENT_CONFIG_KEY, revisionKey } from '../config/config-revisions';
import { findExcess, sizeWarnings, withCopies } from '../config/config-size';
import { natsConf } from '../config/nats-conf';
import { tlsCopies } from '../config/tls-copies';
import { describeSources } from '../config/user-sources';
import { withLegacyFile } from '../legacy/legacy-config';
import type { Observed } from '../observed';
import { findConfigSecret, findStatefulSet } from '../observed';
import { podTemplate } from '../resources/pod-template';
import { deferChanges } from '../rollout/deferred-changes';
import { foreseeConflict } from '../rollout/route-partition';
import type { NextStep } from '../rollout/next-step';
import { planStatefulSet } from '../rollout/stateful-set-plan';
import type { SecretsValidation } from '../secrets/validate-secrets';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import type { ClusterPlan } from './cluster-plan';

/** Where spec and Secrets are valid, every child follows them. */
export function planAll(model: ResolvedCluster, secrets: SecretsValidation, observed: Observed): ClusterPlan {
  const conf = natsConf(model);
  const { reloads } = model.pod;
  const live = findStatefulSet(observed);
  const secret = findConfigSecret(observed);
  const template = deferChanges(podTemplate(model, revisionKey(conf, reloads)), live);
  const { plan, members, failure, retryIn, ...decision } = planStatefulSet(model, template, live, observed);
  const isChange = decision.step.kind === 'publish' && failure === undefined;
  const conflict = isChange ? foreseeConflict(model.name, observed, template, conf) : undefined;
  const next = conflict === undefined ? decision.step : { kind: 'publish' as const, conflict };
  const step = next.kind === 'settled' ? nextOfJetStream(model, observed) : next;

  const current = planConfigFiles(conf, secret, live, observed, reloads);
  const configs = withLegacyFile(current, conf, secret, observed);
  const files = reloads ? withCopies(configs, tlsCopies(model.tls, observed.secrets ?? new Map())) : configs;
  const content = { files, isInUse: isInUse(secret, observed), userSources: describeSources(secrets.userSources) };
  const excess = findExcess(model.name, files);
  const config = {
    files,
    // The Secret's uid in it keeps those who may read the status, but no Secret, from trying out passwords against it.
    digest: secret && digest([secret.metadata.uid, current[CURRENT_CONFIG_KEY]]),
    warnings: sizeWarnings(model.name, files),
  };
  return {
    children:
      excess === undefined
        ? renderChildren(model, {
            config: content,
            statefulSet: plan,
            systemUser: observed.systemUser,
            maxUnavailable: evictableServers(model, members, observed),
          })
        : [],
    ...(excess === undefined ? {} : { conflict: excess }),
    claims: planClaims(model, observed),
    ...{ step, members, size: model.size, config, failure, retryIn },
  };
}

/** What is left to do for JetStream once all servers are as the model says. */
function nextOfJetStream(model: ResolvedCluster, observed: Observed): NextStep {
  // The version of the spec follows as soon as the StatefulSet shows that all servers are up.
  if (model.isUpgradeStep) return { kind: 'upgrade', to: model.version.tag };
  return expansionStep(model, observed) ?? { kind: 'settled' };
}
