import * as semver from 'semver';

/** The default NATS version of a new NatsCluster. */
export const DEFAULT_VERSION = '2.15.2';

/** A version of nats-server. */
export interface ServerVersion {
  /** The image tag: the version without a leading `v`, including its suffix, such as `2.10.29-alpine`. */
  readonly tag: string;
  /** `major.minor.patch`, for comparison; a nightly build counts as newer than every release. */
  readonly release: string;
}

const NEWER_THAN_ALL = '9999.0.0';
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/**
 * Parses `spec.version`.
 *
 * @param text `2.15.2`, `v2.10.29-alpine`, `nightly-20260101`, each with an optional `@sha256:…` digest
 * @returns undefined for any other format
 */
export function parseServerVersion(text: string): ServerVersion | undefined {
  const tag = text.replace(/^v(?=\d)/, '');
  const name = tag.replace(DIGEST, '');
  if (/^nightly[\w.-]*$/.test(name)) return { tag, release: NEWER_THAN_ALL };
  const parsed = semver.parse(name);
  return parsed === null ? undefined : { tag, release: `${parsed.major}.${parsed.minor}.${parsed.patch}` };
}

/** Whether the version is at least `release`. */
export function isAtLeast(version: ServerVersion, release: string): boolean {
  return semver.gte(version.release, release);
}
