import * as semver from 'semver';
import type { Problem } from '../problem';
import { DEFAULT_VERSION, isAtLeast, type ServerVersion } from '../server-version';
import type { ReviewedCluster } from './rule';

const TAKE = `take ${DEFAULT_VERSION}`;

/** The newest minor release that the operator is tested with. */
const NEWEST = `${semver.major(DEFAULT_VERSION)}.${semver.minor(DEFAULT_VERSION)}`;

/** A version that has the form of one and still is none, such as 02.1.0; or none at all, where nobody can tell what the servers run. */
export function versionIsReadable({ spec, version }: ReviewedCluster): Problem[] {
  if (version !== undefined) return [];
  if (!spec.version) {
    const message = 'must be set, because status.currentVersion does not say which version the servers run';
    return [
      { path: 'spec.version', message, hint: "the tag of the image in the servers' pods keeps them as they are" },
    ];
  }
  if (!/^v?\d+\.\d+\.\d+/.test(spec.version)) return [];
  return [{ path: 'spec.version', message: `is not a NATS version: "${spec.version}"`, hint: TAKE }];
}

/** Warns of a version that the operator is not tested with. */
export function versionIsSupported({ version }: ReviewedCluster): Problem[] {
  if (version === undefined) return [];
  const message = supportOf(version);
  return message === undefined ? [] : [{ path: 'spec.version', message, hint: TAKE }];
}

function supportOf(version: ServerVersion): string | undefined {
  const { tag, release } = version;
  if (!isAtLeast(version, '2.0.0')) return `NATS ${tag} is long out of support and runs as best it can`;
  if (!isAtLeast(version, '2.9.0')) return `NATS ${tag} is out of support; the operator is tested with 2.9 and later`;
  const isNightly = semver.major(release) === 9999;
  if (isNightly || `${semver.major(release)}.${semver.minor(release)}` === NEWEST) return undefined;
  return semver.gt(release, DEFAULT_VERSION) ? `NATS ${tag} is newer than what the operator is tested with` : undefined;
}
