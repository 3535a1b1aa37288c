import { isConfigKey, CURRENT_CONFIG_KEY } from './config-revisions';
import { configSecretName } from '../spec/names';
import type { SecretWarning } from '../secrets/secret-problems';
import type { Conflict } from '../apply/plan-children';

/** Bytes that the values of a Secret may have together. @see https://kubernetes.io/docs/concepts/configuration/secret/#restriction-data-size */
const LIMIT = 1_048_576;

/** Whether the API server would reject a Secret of these files. */
export const isTooLarge = (files: Readonly<Record<string, string>>): boolean => sizeOf(files) > LIMIT;

/** Why the configuration of a cluster can't be stored; undefined where it can. Its Secret has a copy for each restart generation. */
export function findExcess(cluster: string, files: Readonly<Record<string, string>>): Conflict | undefined {
  if (!isTooLarge(files)) return undefined;
  const size = `${sizeOf(files)} bytes in ${Object.keys(files).length} files`;
  const why =
    `Secret/${configSecretName(cluster)} would have ${size}, and a Secret may have ${LIMIT} at most: ` +
    'shorten the lists of users or natsConfig.extra';
  return { kind: 'rejected', why, isInvalid: true };
}

/** Copies of the configuration that there are while servers are replaced: for people and tools, of the servers' generation, and of the next one. */
const COPIES = 3;
/** The part of the limit from which on its author is warned. */
const FULL = 0.7;

/**
 * A warning that the configuration of a cluster grows too large, while there still is room to remove users or to roll. It counts what a roll takes, so that it does
 * not come and go with each.
 */
export function sizeWarnings(cluster: string, files: Readonly<Record<string, string>>): SecretWarning[] {
  const others = Object.entries(files).filter(([key]) => !isConfigKey(key));
  const size = COPIES * Buffer.byteLength(files[CURRENT_CONFIG_KEY] ?? '') + sizeOf(Object.fromEntries(others));
  if (size <= FULL * LIMIT) return [];
  const message =
    `Secret "${configSecretName(cluster)}" of nats.conf takes ${size} bytes while servers are replaced, ${COPIES} copies of the configuration, and a Secret may have ${LIMIT} at most: ` +
    'a larger one could not be rolled out';
  return [{ reason: 'Warning', path: 'spec', message, hint: 'shorten the lists of users or natsConfig.extra' }];
}

/** With copies of the TLS files as long as these have room; servers do without. */
export function withCopies(
  files: Readonly<Record<string, string>>,
  copies: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const all = { ...files, ...copies };
  return isTooLarge(all) ? files : all;
}

const sizeOf = (files: Readonly<Record<string, string>>): number =>
  Object.values(files).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
