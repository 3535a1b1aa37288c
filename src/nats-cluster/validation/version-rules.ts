import * as semver from 'semver';
import type { Problem } from '../../schema/problem';
import { DEFAULT_VERSION, isAtLeast, type ServerVersion } from '../../nats/server-version';
import type { ReviewedCluster } from './rule';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';

const TAKE = `use ${DEFAULT_VERSION}`;

/** The newest minor release that the operator is tested with. */
const NEWEST = `${semver.major(DEFAULT_VERSION)}.${semver.minor(DEFAULT_VERSION)}`;

/** A version that has the form of one and still is none, such as 02.1.0; or none at all, where the running version is unknown. */
export function versionIsReadable({ spec, version }: ReviewedCluster): Problem[] {
  if (version !== undefined) return [];
  if (!spec.version) {
    const message = 'must be set, because status.currentVersion does not say which version the servers run';
    return [
      { path: 'spec.version', message, hint: "use the tag of the image in the servers' pods to keep them unchanged" },
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
  if (!isAtLeast(version, '2.0.0')) return `NATS ${tag} is long out of support and runs on a best-effort basis`;
  if (!isAtLeast(version, '2.9.0')) return `NATS ${tag} is out of support; the operator is tested with 2.9 and later`;
  const isNightly = semver.major(release) === 9999;
  if (isNightly || `${semver.major(release)}.${semver.minor(release)}` === NEWEST) return undefined;
  return semver.gt(release, DEFAULT_VERSION) ? `NATS ${tag} is newer than what the operator is tested with` : undefined;
}

interface Need {
  readonly path: string;
  /** The first release that knows it; an older server does not start with it. */
  readonly since: string;
  readonly isUsed: (spec: NatsClusterSpec) => unknown;
}

/** What a field needs of the server, from the first nats-server whose opts.go reads it. */
const needs: readonly Need[] = [
  { path: 'spec.gatewayConfig', since: '2.0.0', isUsed: spec => spec.gatewayConfig },
  { path: 'spec.leafnodeConfig', since: '2.0.0', isUsed: spec => spec.leafnodeConfig },
  { path: 'spec.operatorConfig', since: '2.0.0', isUsed: spec => spec.operatorConfig },
  { path: 'spec.auth.tlsVerifyAndMap', since: '2.0.0', isUsed: spec => spec.auth?.tlsVerifyAndMap },
  { path: 'spec.websocketConfig', since: '2.2.0', isUsed: spec => spec.websocketConfig },
  ...curve('X25519MLKEM768', '2.12.0'),
  ...curve('SecP256r1MLKEM768', '2.14.0'),
  ...curve('SecP384r1MLKEM1024', '2.14.0'),
];

function curve(name: string, since: string): Need[] {
  const isUsed = (spec: NatsClusterSpec): boolean => (spec.tls?.curvePreferences ?? []).some(used => used === name);
  return [{ path: 'spec.tls.curvePreferences', since, isUsed }];
}

/** Each field that is set and that the chosen server is too old for. */
export function serverIsNewEnough({ spec, version }: ReviewedCluster): Problem[] {
  if (version === undefined) return [];
  return needs
    .filter(({ since, isUsed }) => isUsed(spec) && !isAtLeast(version, since))
    .map(({ path, since }) => tooOld(path, since, version.tag));
}

/** The Problem of an option that the server is too old for. */
export function tooOld(path: string, since: string, version: string): Problem {
  const minor = since.replace(/\.0$/, '');
  return { path, message: `needs NATS ${minor} or later, spec.version is ${version}`, hint: 'raise spec.version' };
}

/** Warns where an old server leaves out something that later ones do. */
export function serverIgnoresNothing({ spec, version }: ReviewedCluster): Problem[] {
  if (version === undefined || isAtLeast(version, '2.2.0')) return [];
  const ignored = [...(spec.clusterName ? ['clusterName'] : []), ...(spec.useServerName ? ['useServerName'] : [])];
  return ignored.map(field => ({
    path: `spec.${field}`,
    message: `has no effect: NATS ${version.tag} has no such name`,
    hint: 'names of servers and clusters need NATS 2.2 or later',
  }));
}
