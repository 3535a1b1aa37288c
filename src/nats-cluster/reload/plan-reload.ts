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

/** A server whose reload is not verified yet. */
export interface PendingReload {
  readonly name: string;
  /** What is missing: `presents its previous certificate to clients`. */
  readonly gap: string;
  /** Milliseconds since the reload was requested. */
  readonly age: number;
}

/** The reload requests, and the servers that are not verified yet. */
export interface ReloadPlan {
  readonly actions: readonly PatchPodMetadataAction[];
  readonly pendingReloads: readonly PendingReload[];
}

/**
 * Reloads changed configuration on running servers. The kubelet refreshes a pod's files about every minute, or immediately if
 * one of its annotations changes; the pod's reloader then signals the server, and the server's own report verifies the
 * reload.
 *
 * @param files the desired content of the configuration Secret
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
 * The same for changes of users only. A server with verified configuration gets no request: other changes of its mounted
 * files may be what it would reject.
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

/** @param since undefined if the API server does not store the time of the request: such a server is checked rarely and never late */
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
