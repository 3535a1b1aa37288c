import type { Condition } from '../../generated/nats-cluster';
import { truncate } from '../model/truncate';

/**
 * Bytes of a condition's message. Kubernetes' own conditions take 32 KiB, but each is in every event of a watch, and what it quotes may be
 * anybody's words.
 */
export const MESSAGE_BYTES = 2048;

/**
 * The conditions of a NatsCluster, in the order that they are shown in. `Connected` is there only where the spec names remote clusters; `Altered`,
 * `ServiceRolesUnavailable`, `Reconciling` and `Stalled` only while they are true.
 */
export const conditionTypes = [
  'Ready',
  'Reconciling',
  'Stalled',
  'Progressing',
  'ConfigApplied',
  'SpecValid',
  'SecretsValid',
  'Connected',
  'Altered',
  'ServiceRolesUnavailable',
  'Paused',
] as const;

export type ConditionType = (typeof conditionTypes)[number];

/** The finding about each condition that there is. */
export type Findings = Record<Exclude<ConditionType, Optional>, Finding> & Partial<Record<Optional, Finding>>;

type Optional = 'Connected' | 'Altered' | 'ServiceRolesUnavailable' | keyof Abnormal;

/**
 * The conditions by which kstatus (Flux, Helm, kubectl plugins) tells an object that the controller works on from one that only a person can help:
 * true or absent, never both.
 *
 * @see https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md
 */
export interface Abnormal {
  readonly Reconciling?: Finding;
  readonly Stalled?: Finding;
}

/** What a sync finds about one condition. `reason` is one word in CamelCase, `message` a sentence without a full stop. */
export interface Finding {
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
}

/** Why no ServiceAccount is a user, where whoever installed the operator has said so. */
export const TURNED_OFF =
  'the operator was installed without users that are ServiceAccounts (serviceAccounts.enabled: false)';

/** A finding that something is under way. */
export const busy = (reason: string, message: string): Finding => ({ status: 'True', reason, message });

/** A finding that something is not, or not yet, so. */
export const idle = (reason: string, message: string): Finding => ({ status: 'False', reason, message });

/**
 * The conditions to write. The time of a condition whose status is as before stays; what the Go operator left in `previous`
 * (types repeated, no status) falls away.
 *
 * @param findings by the condition's type, in the order that they are shown in
 */
export function toConditions(
  findings: Readonly<Record<string, Finding>>,
  previous: readonly Condition[],
  generation: number,
  now: Date,
): Condition[] {
  return Object.entries(findings).map(([type, finding]) => {
    const before = previous.find(condition => condition.type === type);
    const unchanged = before?.status === finding.status && before.lastTransitionTime !== undefined;
    return {
      type,
      ...finding,
      message: truncate(finding.message, MESSAGE_BYTES),
      lastTransitionTime: unchanged ? before.lastTransitionTime : timestamp(now),
      observedGeneration: generation,
    } as Condition;
  });
}

/** A time as Kubernetes writes it: whole seconds, UTC. */
const timestamp = (now: Date): string => now.toISOString().replace(/\.\d+Z$/, 'Z');
