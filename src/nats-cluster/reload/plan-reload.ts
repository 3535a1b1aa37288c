import type { V1Pod } from '@kubernetes/client-node';
import type { LoadedConfig, Observed } from '../observed';
import { CONFIG_DIGEST_ANNOTATION } from '../spec/labels';
import { RELOADER_CONTAINER } from '../spec/pod-parts';
import type { MarkPodAction } from '../action';
import type { Member } from '../rollout/members';
import { areStripped } from '../apply/stripped-annotations';
import { findDifference, findGap } from './verification';
import { readTold, tell, tellAgain, type Annotations } from './reload-request';
import { wantedConfig, type ReloadTarget, type WantedConfig } from './desired-config';

/** Milliseconds within which a reload has to be proven: by then each pod has been told several times. */
export const RELOAD_DEADLINE = 30_000;

/** A server that has yet to prove that it runs with what is wanted. */
export interface LaggingServer {
  readonly name: string;
  /** What is missing: `presents its previous certificate to clients`. */
  readonly gap: string;
  /** How long ago it was told, in milliseconds. */
  readonly age: number;
}

/** What has to be done, and what is still missing, so that all servers that can reload run with what is wanted. */
export interface ReloadPlan {
  readonly actions: readonly MarkPodAction[];
  readonly lagging: readonly LaggingServer[];
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
  if (!model.pod.reloads) return { actions: [], lagging: [] };
  const plans = members.flatMap(member => {
    const pod = member.ready && member.answers && !member.terminating ? member.pod : undefined;
    const wanted = pod && hasReloader(pod) ? wantedConfig(pod, files, model, observed) : undefined;
    return pod === undefined || wanted === undefined
      ? []
      : [planPod(pod, wanted, loadedBy(member, observed), observed.stored, now)];
  });
  return { actions: plans.flatMap(plan => plan.actions), lagging: plans.flatMap(plan => plan.lagging) };
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
    const wanted = member.pod && wantedConfig(member.pod, files, without, observed);
    const loaded = loadedBy(member, observed);
    const isProven = wanted?.serverDigest !== undefined && wanted.serverDigest === loaded?.digest;
    return !isProven;
  });
  return planReload(without, files, pending, observed, now);
}

function planPod(
  pod: V1Pod,
  wanted: WantedConfig,
  loaded: LoadedConfig | undefined,
  stored: Observed['stored'],
  now: Date,
): ReloadPlan {
  const told = readTold(pod);
  if (told.digest === wanted.digest) {
    const gap = findGap(wanted, loaded, told.since);
    if (gap === undefined) return { actions: [], lagging: [] };
    const annotations = told.since === undefined ? tell(wanted.digest, now) : tellAgain(told, now);
    const actions = annotate(pod, annotations, stored);
    return { actions, lagging: [lag(pod, gap, told.since ?? (actions.length > 0 ? now : undefined), now)] };
  }
  // A pod that was never told of anything has started with what it runs with.
  const difference = findDifference(wanted, loaded);
  const since = told.digest === undefined && difference === undefined ? undefined : now;
  const gap = difference ?? 'has not loaded its changed configuration yet';
  const actions = annotate(pod, tell(wanted.digest, since), stored);
  const lagging = since === undefined ? [] : [lag(pod, gap, actions.length > 0 ? since : undefined, now)];
  return { actions, lagging };
}

/** @param since undefined where the API server does not store when the pod was told: it is looked at rarely, and nobody can tell whether it is late */
const lag = ({ metadata }: V1Pod, gap: string, since: Date | undefined, now: Date): LaggingServer => ({
  name: metadata?.name ?? '',
  gap,
  age: since === undefined ? RELOAD_DEADLINE : now.getTime() - since.getTime(),
});

function annotate(target: V1Pod, annotations: Annotations | undefined, stored: Observed['stored']): MarkPodAction[] {
  if (annotations === undefined || areStripped(target, annotations, CONFIG_DIGEST_ANNOTATION, stored)) return [];
  const { metadata } = target;
  const pod = { name: metadata?.name ?? '', uid: metadata?.uid ?? '' };
  return [{ type: 'mark-pod', pod, labels: {}, annotations, notice: undefined, disruptive: false }];
}

const hasReloader = ({ spec }: V1Pod): boolean =>
  spec?.containers.some(({ name }) => name === RELOADER_CONTAINER) ?? false;

function loadedBy({ name }: Member, { servers }: Observed): LoadedConfig | undefined {
  const report = servers.get(name);
  return report?.answered === true ? report.config : undefined;
}
