import type { V1Pod } from '@kubernetes/client-node';
import type { Observed } from '../observed';
import { RESTARTED_POD_ANNOTATION, STOPPED_AT_CAPACITY_ANNOTATION } from '../spec/labels';
import { capacityOf, findServerClaim, type Claim } from './claims';
import { answeringJetStream, isOn } from './server-reports';

/**
 * What a server says that no longer stores: with a full disk it switches JetStream off, or freezes the streams that it could not
 * write. Only a restart ends that.
 *
 * @see nats-server, server/monitor.go, healthz: from v2.10.29, which knows the former alone, to v2.15.2
 */
const STOPPED = /JetStream not enabled|(?:write|apply) error: /;

/** Whether a server has stopped storing messages, by its own answer to a probe. */
export const hasStopped = (problem: string | undefined): boolean => problem !== undefined && STOPPED.test(problem);

/** The size of its volume with which a server has stopped storing, as its claim records it. */
export interface StopRecord {
  /** Annotations of the claim that have to change; null removes one. */
  readonly change: Readonly<Record<string, string | null>> | undefined;
  /** The volume has grown since, so that a restart helps, and that is recorded. */
  readonly awaitsRestart: boolean;
}

/**
 * What the claim of a server has to record; undefined if it has none, or nothing to record.
 * A server is restarted once for each size: with a full disk, a restart changes nothing at best.
 */
export function stopRecord(pod: V1Pod | undefined, observed: Observed): StopRecord | undefined {
  const { name = '', uid } = pod?.metadata ?? {};
  const claim = findServerClaim(name, observed);
  if (claim === undefined || uid === undefined) return undefined;
  const size = claim.metadata?.annotations?.[STOPPED_AT_CAPACITY_ANNOTATION];
  const record = (change?: StopRecord['change']): StopRecord => ({
    change,
    awaitsRestart: change === undefined && isRestartRecorded(claim, pod),
  });
  if (!isStopped(name, observed)) {
    if (size === undefined || !isOn(answeringJetStream(observed.servers, name))) return undefined;
    return record({ [STOPPED_AT_CAPACITY_ANNOTATION]: null, [RESTARTED_POD_ANNOTATION]: null });
  }
  const capacity = capacityOf(claim);
  const now = { [STOPPED_AT_CAPACITY_ANNOTATION]: String(capacity) };
  if (size === undefined) return record(now);
  return capacity > Number(size) ? record({ ...now, [RESTARTED_POD_ANNOTATION]: uid }) : record();
}

/** Whether that very pod is to be restarted because its volume has grown. */
export const isRestartRecorded = (claim: Claim, pod: V1Pod | undefined): boolean => {
  const uid = pod?.metadata?.uid;
  return uid !== undefined && claim.metadata?.annotations?.[RESTARTED_POD_ANNOTATION] === uid;
};

/** One that is not ready is asked for its health alone. */
function isStopped(server: string, { servers, health }: Pick<Observed, 'servers' | 'health'>): boolean {
  const report = answeringJetStream(servers, server);
  return hasStopped(report === undefined ? health?.get(server) : report.problem);
}
