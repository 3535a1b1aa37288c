import type { LoadedConfig } from '../observed';
import type { DesiredConfig } from './desired-config';

/**
 * Why a server is not verified to run the desired configuration, in a few words; undefined if it is.
 *
 * @param since when the reload was requested; undefined if the server started with the desired configuration
 */
export function findReloadProblem(
  desired: DesiredConfig,
  loaded: LoadedConfig | undefined,
  since: Date | undefined,
): string | undefined {
  return (
    diffLoadedConfig(desired, loaded) ?? (isOlder(loaded, since) ? 'has not loaded its configuration since' : undefined)
  );
}

/** The difference that the server itself reports. What it does not report, such as its digest before 2.11, counts as equal. */
export function diffLoadedConfig(desired: DesiredConfig, loaded: LoadedConfig | undefined): string | undefined {
  if (loaded === undefined) return 'does not report its configuration';
  if (desired.serverDigest !== undefined && loaded.digest !== undefined && desired.serverDigest !== loaded.digest)
    return 'runs with its previous configuration';
  const stale = [...desired.certificates].find(([connection, fingerprint]) => {
    const presented = loaded.certificates.get(connection);
    return presented !== undefined && presented !== fingerprint;
  });
  return stale && `presents its previous certificate to ${audience[stale[0]]}`;
}

const isOlder = (loaded: LoadedConfig | undefined, since: Date | undefined): boolean =>
  since !== undefined && loaded !== undefined && loaded.loadedAt <= since;

const audience = {
  server: 'clients',
  routes: 'the other servers',
  gateway: 'gateways',
  leafnode: 'leaf nodes',
  websocket: 'websocket clients',
} as const;
