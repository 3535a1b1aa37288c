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

/** Annotations to write; null takes one away. */
export type Annotations = Readonly<Record<string, string | null>>;

/** Milliseconds: the first answer comes within one second, and what did not come then may need another push. */
const FIRST_WAIT = 2_000;
const LAST_WAIT = 300_000;

export function readReloadState({ metadata }: V1Pod): ReloadState {
  const annotations = metadata?.annotations ?? {};
  const since = toDate(annotations[CONFIG_CHANGED_ANNOTATION]);
  const again = toDate(annotations[RELOAD_REQUESTED_ANNOTATION]);
  const isOfThisChange = since !== undefined && again !== undefined && again > since;
  return { digest: annotations[CONFIG_DIGEST_ANNOTATION], since, again: isOfThisChange ? again : undefined };
}

/** Tells a pod what its files hold from now on. The last request stays as it is: its change would be one more reload. */
export const requestReload = (digest: string, since: Date | undefined): Annotations => ({
  [CONFIG_DIGEST_ANNOTATION]: digest,
  [CONFIG_CHANGED_ANNOTATION]: since?.toISOString() ?? null,
});

/**
 * Tells a pod again, and its reloader, which sees this annotation as a file, to have the server reload in any case: for the
 * kubelet may have looked before it knew of the change, or long before we did. At longer and longer intervals.
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
