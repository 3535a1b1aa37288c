import type { V1Pod } from '@kubernetes/client-node';
import { CONFIG_CHANGED_ANNOTATION, CONFIG_DIGEST_ANNOTATION, RELOAD_REQUESTED_ANNOTATION } from '../spec/labels';

/** The reload request in a pod's annotations: a changed annotation makes the kubelet refresh mounted Secrets. */
export interface ReloadState {
  readonly digest: string | undefined;
  /** When a reload was requested; undefined if the pod started with the desired configuration. */
  readonly since: Date | undefined;
  /** When the request was last repeated. */
  readonly again: Date | undefined;
}

/** Annotations to write; null removes one. */
export type Annotations = Readonly<Record<string, string | null>>;

/** Milliseconds: most reloads complete within one second; later ones may need a retry. */
const FIRST_WAIT = 2_000;
const LAST_WAIT = 300_000;

export function readReloadState({ metadata }: V1Pod): ReloadState {
  const annotations = metadata?.annotations ?? {};
  const since = toDate(annotations[CONFIG_CHANGED_ANNOTATION]);
  const again = toDate(annotations[RELOAD_REQUESTED_ANNOTATION]);
  const isOfThisChange = since !== undefined && again !== undefined && again > since;
  return { digest: annotations[CONFIG_DIGEST_ANNOTATION], since, again: isOfThisChange ? again : undefined };
}

/** Requests a reload with the digest of the new files. The time of the last retry stays: a change of it would be another reload. */
export const requestReload = (digest: string, since: Date | undefined): Annotations => ({
  [CONFIG_DIGEST_ANNOTATION]: digest,
  [CONFIG_CHANGED_ANNOTATION]: since?.toISOString() ?? null,
});

/**
 * Retries a reload request: the reloader, which sees this annotation as a file, reloads in any case, because the kubelet may
 * have refreshed the files before it knew of the change. At increasing intervals.
 *
 * @returns undefined if it is too early
 */
export function retryReload({ since, again }: ReloadState, now: Date): Annotations | undefined {
  if (since === undefined) return undefined;
  const last = (again ?? since).getTime();
  const wait = Math.min(Math.max(last - since.getTime(), FIRST_WAIT), LAST_WAIT);
  return now.getTime() < last + wait ? undefined : { [RELOAD_REQUESTED_ANNOTATION]: now.toISOString() };
}

function toDate(text: string | undefined): Date | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : new Date(time);
}
