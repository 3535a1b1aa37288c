import type { NatsClusterStatus } from '../generated/nats-cluster';
import { generationKey, WANTED_KEY } from './conf/generations';
import { natsConf } from './conf/nats-conf';
import { resolveCluster, type ClusterModel } from './model/cluster-model';
import { findChild } from './model/child';
import { configSecretName, statefulSetName } from './model/names';
import type { Observed } from './model/observed';
import type { Problem } from './model/problem';
import { validateCluster } from './model/validation/validate-cluster';
import type { Action, Notice } from './plan/action';
import { planChildren } from './plan/child-actions';
import { planConfigFiles } from './plan/config-files';
import { digest } from './plan/digest';
import { withLegacyFile } from './plan/legacy-config';
import { listMembers } from './plan/members';
import { requeueAfter } from './plan/requeue';
import { planStatefulSet } from './plan/stateful-set-plan';
import { podTemplate } from './resources/pod-template';
import { renderChildren } from './resources/render';
import { clusterStatus } from './status/cluster-status';
import { statusNotices } from './status/notices';
import type { Situation } from './status/situation';

/** What to do about a cluster now. */
export interface SyncResult {
  /** The writes, in their order; at most one of them takes a server down. */
  readonly actions: readonly Action[];
  /** What people are told, besides the actions' own notices. */
  readonly notices: readonly Notice[];
  /** The status to write, where it differs from the one that is there. */
  readonly status: NatsClusterStatus;
  /** Milliseconds until the next look, even if no event comes. */
  readonly requeueAfter: number;
}

/**
 * From what is there to what has to happen: the heart of the operator, without I/O, clock or memory. Called again and again
 * with what its own actions have made of the world, it comes to rest at a cluster that is as its spec says.
 */
export function sync(observed: Observed, now: Date): SyncResult {
  const problems = observed.problems ?? validateCluster(observed.cluster).problems;
  return problems.length > 0
    ? reportProblems(observed, problems, now)
    : carryOut(observed, resolveCluster(observed.cluster), now);
}

/** A spec that can't be carried out changes nothing but the status: what runs stays as it is. */
function reportProblems(observed: Observed, problems: readonly Problem[], now: Date): SyncResult {
  const { metadata, spec } = observed.cluster;
  const name = metadata?.name ?? '';
  const live = findChild(observed.children, 'StatefulSet', statefulSetName(name));
  const size = live?.spec?.replicas ?? 0;
  const situation: Situation = {
    problems,
    paused: spec?.paused ?? false,
    blocked: undefined,
    size,
    members: listMembers(name, size, live, observed, now),
    step: { kind: 'settled' },
    failure: undefined,
    previous: observed.cluster.status,
  };
  return conclude(observed, situation, { version: undefined, configDigest: undefined, now }, []);
}

function carryOut(observed: Observed, model: ClusterModel, now: Date): SyncResult {
  const conf = natsConf(model);
  const statefulSet = findChild(observed.children, 'StatefulSet', statefulSetName(model.name));
  const secret = findChild(observed.children, 'Secret', configSecretName(model.name));
  const template = podTemplate(model, generationKey(conf));
  const { plan, step, members, failure } = planStatefulSet(model, template, statefulSet, observed, now);
  const files = planConfigFiles(conf, secret, statefulSet, observed);
  const children = renderChildren(model, withLegacyFile(files, model, observed), plan);
  const { actions, blocked } = planChildren(model, children, observed.children, step);
  const refused = observed.refusal === undefined ? undefined : { kind: 'refused' as const, why: observed.refusal };
  const situation: Situation = {
    problems: [],
    paused: model.paused,
    blocked: refused ?? blocked,
    size: model.size,
    members,
    step,
    failure,
    previous: observed.cluster.status,
  };
  const facts = { version: model.version.tag, configDigest: digest(files[WANTED_KEY]), now };
  const mayWrite = !model.paused && observed.cluster.metadata?.deletionTimestamp === undefined;
  return conclude(observed, situation, facts, mayWrite ? actions : []);
}

function conclude(
  observed: Observed,
  situation: Situation,
  facts: Parameters<typeof clusterStatus>[2],
  actions: readonly Action[],
): SyncResult {
  const status = clusterStatus(observed.cluster, situation, facts);
  return {
    actions,
    notices: statusNotices(observed.cluster.status, status),
    status,
    requeueAfter: requeueAfter(situation.members, situation.step, situation.blocked !== undefined),
  };
}
