import * as semver from 'semver';

/** The NATS release that a NatsCluster without a version gets when it is created. */
export const DEFAULT_VERSION = '2.15.2';

/** A NATS server version as the user means it. */
export interface ServerVersion {
  /** The image's tag: the version without a leading `v`, its suffix kept, such as `2.10.29-alpine`. */
  readonly tag: string;
  /** `major.minor.patch`, to compare with; a nightly counts as newer than every release. */
  readonly release: string;
}

const NEWER_THAN_ALL = '9999.0.0';
const DIGEST = /@sha256:[0-9a-f]{64}$/;

/**
 * Reads `spec.version`.
 *
 * @param text `2.15.2`, `v2.10.29-alpine`, `nightly-20260101`, each with an optional `@sha256:…` digest
 * @returns undefined where it is none of these
 */
export function parseServerVersion(text: string): ServerVersion | undefined {
  const tag = text.replace(/^v(?=\d)/, '');
  const name = tag.replace(DIGEST, '');
  if (/^nightly[\w.-]*$/.test(name)) return { tag, release: NEWER_THAN_ALL };
  const parsed = semver.parse(name);
  return parsed === null ? undefined : { tag, release: `${parsed.major}.${parsed.minor}.${parsed.patch}` };
}

/** Whether the server is of that release or a newer one. */
export function isAtLeast(version: ServerVersion, release: string): boolean {
  return semver.gte(version.release, release);
}
