import type { V1Pod, V1PodTemplateSpec } from '@kubernetes/client-node';
import { isAtLeast, parseServerVersion, type ServerVersion } from '../../nats/server-version';
import { findStatefulSet, type Observed } from '../observed';
import { hasJetStream } from '../spec/jetstream';
import { VERSION_ANNOTATION } from '../spec/labels';
import type { NatsClusterObject } from '../spec/resolve-cluster';

/** Releases that old and new servers with JetStream can't go between while both run. */
interface UpgradeStep {
  /** Servers of releases before it … */
  readonly before: string;
  /** … do not work beside one of these. */
  readonly to: string;
  /** The release to run in between. */
  readonly via: string;
}

const steps: readonly UpgradeStep[] = [
  // A server before 2.14 panics at a Raft entry that 2.15 writes: "Unknown group entry op type" (nats-server v2.15.2, server/feature_flags.go, js_raft_delete_range).
  { before: '2.14.0', to: '2.15.0', via: '2.14.9' },
];

/** Images come in variants. */
const VARIANTS = ['-alpine', '-scratch'];

/** The release that servers have to run in between, in either direction; undefined if they can go at once. */
export function findUpgradeStep(from: ServerVersion, to: ServerVersion): string | undefined {
  const isSplit = ({ before, to: after }: UpgradeStep, older: ServerVersion, newer: ServerVersion): boolean =>
    !isAtLeast(older, before) && isAtLeast(newer, after);
  return steps.find(step => isSplit(step, from, to) || isSplit(step, to, from))?.via;
}

/**
 * The version that servers with JetStream take before that of the spec; undefined if they may go there at once. It stays until
 * all servers have come up with it: a pod that is missing meanwhile is created from the template before it.
 */
export function findVersionBetween(cluster: NatsClusterObject, observed: Observed): string | undefined {
  const { spec = {} } = cluster;
  const to = parseServerVersion(spec.version ?? '');
  const live = findStatefulSet(observed);
  if (to === undefined || live === undefined || !hasJetStream(spec)) return undefined;
  const running = [...observed.pods, observed.lastGoodTemplate].flatMap(versionOf);
  const via = running.map(from => findUpgradeStep(from, to)).find(step => step !== undefined);
  if (via === undefined) return undefined;
  const variant = VARIANTS.find(name => to.tag.endsWith(name)) ?? '';
  return via + variant;
}

/** The version that a pod was created with; none where it does not say so. */
export function versionOf(object: V1Pod | V1PodTemplateSpec | undefined): ServerVersion[] {
  const version = parseServerVersion(object?.metadata?.annotations?.[VERSION_ANNOTATION] ?? '');
  return version === undefined ? [] : [version];
}
