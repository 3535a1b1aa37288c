import type { NatsClusterStatus } from '../../generated/nats-cluster';
import { revisionKey, CURRENT_CONFIG_KEY } from './config/config-revisions';
import { natsConf } from './config/nats-conf';
import { tlsCopies } from './config/tls-copies';
import { resolveCluster, type ResolvedCluster } from './spec/resolve-cluster';
import { findChild, type ChildStatefulSet } from './child';
import { hostPorts } from './spec/host-ports';
import { configSecretName, statefulSetName } from './spec/names';
import type { Observed } from './observed';
import { validateSecrets, type SecretsValidation } from './secrets/validate-secrets';
import type { SpecProblem } from './validation/spec-problem';
import { validateCluster } from './validation/validate-cluster';
import type { Action } from './action';
import { planAccess } from './reload/access';
import { planChildren, type ChildrenPlan } from './apply/plan-children';
import { isInUse, planConfigFiles } from './config/config-files';
import { findExcess, sizeWarnings, withCopies } from './config/config-size';
import { deferChanges } from './rollout/deferred-changes';
import { digest } from '../json/digest';
import type { EventDraft } from './event-reasons';
import { withLegacyFile } from './legacy/legacy-config';
import { withLastInputs, withLastRestart } from './rollout/last-inputs';
import { listMembers, type Member } from './rollout/members';
import { findPartition, foreseeConflict } from './rollout/route-partition';
import { reviewRemotes } from './rollout/remotes';
import { redactObserved } from './secrets/redact-observed';
import { requeueAfter, untilConnected } from './requeue';
import { planPodMetadata } from './apply/pod-metadata';
import { legacyOrphans, ownPods } from './rollout/own-pods';
import { planAccessReload, planReload } from './reload/plan-reload';
import { alteredAnnotations } from './apply/stripped-annotations';
import { findScaleHold, withHeldSize } from './rollout/scale-hold';
import { planStatefulSet } from './rollout/stateful-set-plan';
import { planPreparation, planUpkeep } from './upkeep';
import { describeSources } from './config/user-sources';
import { podTemplate } from './resources/pod-template';
import { renderChildren } from './children';
import { clusterStatus } from './status/cluster-status';
import { withCurrentNames } from './status/former-status';
import { statusEvents } from './status/notices';
import type { StatusInput } from './status/situation';

/** What to do about a cluster now. */
export interface SyncResult {
  /** The writes, in their order; at most one of them takes a server down. */
  readonly actions: readonly Action[];
  /** What people are told, besides the actions' own notices. */
  readonly events: readonly EventDraft[];
  /** The status to write, where it differs from the one that is there. */
  readonly status: NatsClusterStatus;
  /** Servers have yet to prove what they run with, or to find their neighbours: they are to be asked anew at the next look. */
  readonly unverified: boolean;
  /** Milliseconds until the next look, even if no event comes. */
  readonly requeueAfter: number;
}

/**
 * From what is there to what has to happen: the heart of the operator, without I/O, clock or memory. Called again and again
 * with what its own actions have made of the world, it comes to rest at a cluster that is as its spec says.
 */
export function sync(heard: Observed, now: Date): SyncResult {
  const { cluster, pods } = heard;
  const live = statefulSetOf(heard);
  const sorted = { ...heard, pods: ownPods(cluster, live, pods), legacyOrphans: legacyOrphans(cluster, live, pods) };
  const observed = redactObserved(withLastInputs(sorted, live));
  const problems = observed.problems ?? validateCluster(observed.cluster).problems;
  if (problems.length > 0) return syncInvalid(observed, problems, undefined, now);
  const { metadata: { name = '', namespace = '' } = {}, spec = {}, status } = observed.cluster;
  const serviceUsers = observed.serviceUsers?.map(({ username }) => username) ?? [];
  const secrets = validateSecrets({ name, namespace, spec, serviceUsers }, observed.secrets ?? new Map(), now);
  const { serviceUsers: users, imageRepository } = observed;
  const held = withHeldSize(observed.cluster, findScaleHold(observed));
  const model = withLastRestart(resolveCluster(held, secrets.facts, users, imageRepository), live);
  if (secrets.problems.length === 0) return reconcile(observed, model, secrets, now);
  // A cluster that was not made yet, or not by us, waits for its Secrets.
  const isNew = status?.configDigest === undefined && live === undefined;
  return isNew ? syncBootstrap(observed, model, secrets, now) : syncInvalidSecrets(observed, model, secrets, now);
}

/** What can't be carried out changes nothing but who has access, and the status: what runs stays as it is. */
function syncInvalid(
  observed: Observed,
  problems: readonly SpecProblem[],
  secrets: SecretsValidation | undefined,
  now: Date,
  { actions, blocked }: Pick<ChildrenPlan, 'actions' | 'blocked'> = { actions: [], blocked: undefined },
): SyncResult {
  const name = observed.cluster.metadata?.name ?? '';
  const live = statefulSetOf(observed);
  const size = live?.spec?.replicas ?? 0;
  const members = listMembers(name, size, live, observed);
  const remotes = problems.length > 0 ? undefined : reviewRemotes(observed, members);
  const { access, pendingReloads, actions: ofUsers } = followAccess(observed, problems, members, now);
  const found = { problems, secrets, blocked, size, members, remotes, access, pendingReloads };
  const statusInput = statusInputOf(observed, { ...found, step: { kind: 'settled' } });
  return buildResult(observed, statusInput, { ...nothingNew, now }, [...ofUsers, ...actions]);
}

/** Users, and what they may do, follow what is said of them whatever holds the rest of the configuration back. */
function followAccess(
  observed: Observed,
  problems: readonly SpecProblem[],
  members: readonly Member[],
  now: Date,
): Pick<StatusInput, 'access' | 'pendingReloads'> & { actions: readonly Action[] } {
  const access = planAccess(observed, problems, now);
  if (access === undefined) return { access: undefined, actions: [], pendingReloads: [] };
  const { metadata: { name = '', namespace = '', uid = '' } = {}, spec = {} } = observed.cluster;
  const wanted = access.secret === undefined ? [] : [access.secret];
  const { actions, blocked } = planChildren({ name, namespace, uid }, wanted, observed, { kind: 'settled' });
  const target = {
    name,
    useServerName: spec.useServerName ?? false,
    pod: { reloads: spec.pod?.enableConfigReload ?? false },
  };
  const reload = planAccessReload(target, access.files, members, observed, now);
  return {
    access: access.isCurrent ? 'current' : 'revoked',
    actions: blocked === undefined ? [...actions, ...reload.actions] : [],
    pendingReloads: reload.pendingReloads,
  };
}

/** Before there are servers, their configuration can be read: it says what they will be. */
function syncBootstrap(observed: Observed, model: ResolvedCluster, secrets: SecretsValidation, now: Date): SyncResult {
  const children = planPreparation(model, observed, secrets);
  return syncInvalid(observed, [], secrets, now, planChildren(model, children, observed, { kind: 'settled' }));
}

/** Secrets that can't be used change nothing of what servers run with, but for users; what does not depend on them is kept as it has to be. */
function syncInvalidSecrets(
  observed: Observed,
  model: ResolvedCluster,
  secrets: SecretsValidation,
  now: Date,
): SyncResult {
  const { children, step, members } = planUpkeep(model, observed, secrets);
  const { actions, blocked } = planChildren(model, children, observed, step);
  const remotes = reviewRemotes(observed, members);
  const { access, pendingReloads, actions: ofUsers } = followAccess(observed, [], members, now);
  const found = { secrets, blocked, size: model.size, members, remotes, step, access, pendingReloads };
  const statusInput = statusInputOf(observed, found);
  const marks = blocked === undefined ? planPodMetadata(model, statefulSetOf(observed), observed) : [];
  return buildResult(observed, statusInput, { ...nothingNew, now }, [...ofUsers, ...actions, ...marks]);
}

const nothingNew = { version: undefined, configDigest: undefined };

function reconcile(observed: Observed, model: ResolvedCluster, review: SecretsValidation, now: Date): SyncResult {
  const conf = natsConf(model);
  const statefulSet = statefulSetOf(observed);
  const secret = findChild(observed.children, 'Secret', configSecretName(model.name));
  const template = deferChanges(podTemplate(model, revisionKey(conf, model.pod.reloads)), statefulSet);
  const decision = planStatefulSet(model, template, statefulSet, observed);
  const { plan, members, failure, retryIn } = decision;
  const isChange = decision.step.kind === 'publish' && failure === undefined;
  const conflict = isChange ? foreseeConflict(model.name, observed, template, conf) : undefined;
  const step = conflict === undefined ? decision.step : { kind: 'publish' as const, conflict };
  const files = planConfigFiles(conf, secret, statefulSet, observed, model.pod.reloads);
  const configs = withLegacyFile(files, conf, secret, observed);
  const stored = model.pod.reloads ? withCopies(configs, tlsCopies(model.tls, observed.secrets ?? new Map())) : configs;
  const secrets = { ...review, warnings: [...review.warnings, ...sizeWarnings(model.name, stored)] };
  const userSources = describeSources(secrets.userSources);
  const config = { files: stored, isInUse: isInUse(secret, observed), userSources };
  const excess = findExcess(model.name, stored);
  const children = excess === undefined ? renderChildren(model, { config, statefulSet: plan }) : [];
  const { actions, blocked = excess, altered: ofChildren } = planChildren(model, children, observed, step);
  const followed = blocked === undefined ? undefined : followAccess(observed, [], members, now);
  const reload = followed ?? planReload(model, stored, members, observed, now);
  const { pendingReloads } = reload;
  const remotes = reviewRemotes(observed, members);
  const marks = blocked === undefined ? planPodMetadata(model, statefulSet, observed) : [];
  const ofPods = [...marks, ...reload.actions];
  const altered = ofChildren && {
    fields: [...ofChildren.fields, ...alteredAnnotations(observed)],
    isComplete: ofChildren.isComplete && ofPods.length === 0,
  };
  const found = {
    size: model.size,
    members,
    pendingReloads,
    remotes,
    step,
    failure,
    access: followed?.access,
    altered: excess ? undefined : altered,
  };
  const statusInput = statusInputOf(observed, { secrets, blocked, ...found });
  // The Secret's uid in it keeps those who may read the status, but no Secret, from trying out passwords against it.
  const configDigest =
    secret && blocked === undefined ? digest([secret.metadata.uid, files[CURRENT_CONFIG_KEY]]) : undefined;
  const facts = { version: model.version.tag, configDigest, now };
  return buildResult(observed, statusInput, facts, [...actions, ...ofPods], retryIn);
}

const statefulSetOf = ({ cluster, children }: Observed): ChildStatefulSet | undefined =>
  findChild(children, 'StatefulSet', statefulSetName(cluster.metadata?.name ?? ''));

/** A situation in which all is well, but for what is given. */
function statusInputOf(
  observed: Observed,
  { problems = [], blocked, ...given }: Partial<StatusInput> & Pick<StatusInput, 'size' | 'members' | 'step'>,
): StatusInput {
  const { cluster, rejection } = observed;
  return {
    generation: cluster.metadata?.generation ?? 0,
    problems,
    secrets: undefined,
    paused: cluster.spec?.paused ?? false,
    isExempt: observed.isExempt ?? false,
    lacksServiceAccounts:
      (observed.isWithoutServiceAccounts ?? false) && cluster.spec?.auth?.enableServiceAccounts === true,
    staleRoles: observed.staleRoles,
    hostPorts: problems.length > 0 ? [] : hostPorts(cluster.spec ?? {}),
    blocked: rejection === undefined ? blocked : { ...rejection, kind: 'refused' },
    access: undefined,
    scaleHold: problems.length > 0 ? undefined : findScaleHold(observed),
    partition: findPartition(cluster.metadata?.name ?? '', observed),
    pendingReloads: [],
    remotes: undefined,
    failure: undefined,
    altered: undefined,
    previous: withCurrentNames(cluster.status),
    ...given,
  };
}

function buildResult(
  observed: Observed,
  statusInput: StatusInput,
  facts: Parameters<typeof clusterStatus>[2],
  actions: readonly Action[],
  retryIn = Infinity,
): SyncResult {
  const status = clusterStatus(observed.cluster, statusInput, { ...facts, operator: observed.operator });
  const mayWrite = !statusInput.paused && observed.cluster.metadata?.deletionTimestamp === undefined;
  return {
    actions: mayWrite ? actions : [],
    events: statusEvents(observed.cluster.status, status),
    status,
    unverified: statusInput.pendingReloads.length > 0 || (statusInput.remotes?.missing ?? []).length > 0,
    requeueAfter: Math.min(
      requeueAfter(
        statusInput.members,
        statusInput.step,
        statusInput.blocked !== undefined,
        statusInput.pendingReloads,
      ),
      untilSecretsChange(statusInput.secrets, facts.now),
      untilConnected(statusInput.remotes),
      retryIn,
    ),
  };
}

/** Milliseconds until time alone makes something else of the Secrets: a certificate comes to its end. */
const untilSecretsChange = (secrets: SecretsValidation | undefined, now: Date): number =>
  secrets?.changesAt === undefined ? Infinity : Math.max(secrets.changesAt - now.getTime(), 0) + 1_000;
