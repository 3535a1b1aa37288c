import type { V1Pod } from '@kubernetes/client-node';
import type { LoadedConfig, Observed } from '../observed';
import { CONFIG_DIGEST_ANNOTATION } from '../spec/labels';
import { RELOADER_CONTAINER } from '../spec/pod-parts';
import type { PatchPodMetadataAction } from '../action';
import type { Member } from '../rollout/members';
import { areStripped } from '../apply/stripped-annotations';
import { diffLoadedConfig, findReloadProblem } from './verification';
import { readReloadState, requestReload, retryReload, type Annotations } from './reload-request';
import { desiredConfig, type ReloadTarget, type DesiredConfig } from './desired-config';

/** Milliseconds within which a reload has to be verified: by then it has been requested several times. */
export const RELOAD_DEADLINE = 30_000;

/** A server that has yet to prove that it runs with what is wanted. */
export interface PendingReload {
  readonly name: string;
  /** What is missing: `presents its previous certificate to clients`. */
  readonly gap: string;
  /** Milliseconds since the reload was requested. */
  readonly age: number;
}

/** What has to be done, and what is still missing, so that all servers that can reload run with what is wanted. */
export interface ReloadPlan {
  readonly actions: readonly PatchPodMetadataAction[];
  readonly pendingReloads: readonly PendingReload[];
}

/**
 * Brings changes to servers that run, without a restart. The files reach a pod by its kubelet, which looks after them every minute or so,
 * but at once when one of the pod's annotations changes; its reloader then signals the server, and the server's own word is
 * the proof.
 *
 * @param files the wanted content of the configuration Secret
 */
export function planReload(
  model: ReloadTarget,
  files: Readonly<Record<string, string>>,
  members: readonly Member[],
  observed: Observed,
  now: Date,
): ReloadPlan {
  if (!model.pod.reloads) return { actions: [], pendingReloads: [] };
  const plans = members.flatMap(member => {
    const pod = member.ready && member.answers && !member.terminating ? member.pod : undefined;
    const desired = pod && hasReloader(pod) ? desiredConfig(pod, files, model, observed) : undefined;
    return pod === undefined || desired === undefined
      ? []
      : [planPod(pod, desired, loadedBy(member, observed), observed.stored, now)];
  });
  return { actions: plans.flatMap(plan => plan.actions), pendingReloads: plans.flatMap(plan => plan.pendingReloads) };
}

/**
 * The same where users alone may have changed. A server that shows to run with its file is left alone: what else has changed in the files that
 * its pod mounts may be what it would not reload with.
 */
export function planAccessReload(
  target: Omit<ReloadTarget, 'tls'>,
  files: Readonly<Record<string, string>>,
  members: readonly Member[],
  observed: Observed,
  now: Date,
): ReloadPlan {
  const without = { ...target, tls: {} };
  const pending = members.filter(member => {
    const desired = member.pod && desiredConfig(member.pod, files, without, observed);
    const loaded = loadedBy(member, observed);
    const isProven = desired?.serverDigest !== undefined && desired.serverDigest === loaded?.digest;
    return !isProven;
  });
  return planReload(without, files, pending, observed, now);
}

function planPod(
  pod: V1Pod,
  desired: DesiredConfig,
  loaded: LoadedConfig | undefined,
  stored: Observed['stored'],
  now: Date,
): ReloadPlan {
  const reloadState = readReloadState(pod);
  if (reloadState.digest === desired.digest) {
    const gap = findReloadProblem(desired, loaded, reloadState.since);
    if (gap === undefined) return { actions: [], pendingReloads: [] };
    const annotations =
      reloadState.since === undefined ? requestReload(desired.digest, now) : retryReload(reloadState, now);
    const actions = annotate(pod, annotations, stored);
    return {
      actions,
      pendingReloads: [lag(pod, gap, reloadState.since ?? (actions.length > 0 ? now : undefined), now)],
    };
  }
  // A pod without a request has started with its configuration.
  const difference = diffLoadedConfig(desired, loaded);
  const since = reloadState.digest === undefined && difference === undefined ? undefined : now;
  const gap = difference ?? 'has not loaded its changed configuration yet';
  const actions = annotate(pod, requestReload(desired.digest, since), stored);
  const pendingReloads = since === undefined ? [] : [lag(pod, gap, actions.length > 0 ? since : undefined, now)];
  return { actions, pendingReloads };
}

/** @param since undefined where the API server does not store when the pod was told: it is looked at rarely, and nobody can tell whether it is late */
const lag = ({ metadata }: V1Pod, gap: string, since: Date | undefined, now: Date): PendingReload => ({
  name: metadata?.name ?? '',
  gap,
  age: since === undefined ? RELOAD_DEADLINE : now.getTime() - since.getTime(),
});

function annotate(
  target: V1Pod,
  annotations: Annotations | undefined,
  stored: Observed['stored'],
): PatchPodMetadataAction[] {
  if (annotations === undefined || areStripped(target, annotations, CONFIG_DIGEST_ANNOTATION, stored)) return [];
  const { metadata } = target;
  const pod = { name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
  return [{ type: 'mark-pod', pod, labels: {}, annotations, event: undefined, disruptive: false }];
}

const hasReloader = ({ spec }: V1Pod): boolean =>
  spec?.containers.some(({ name }) => name === RELOADER_CONTAINER) ?? false;

function loadedBy({ name }: Member, { servers }: Observed): LoadedConfig | undefined {
  const report = servers.get(name);
  return report?.answered === true ? report.config : undefined;
}
