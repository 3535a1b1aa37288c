import { isAtLeast, type ServerVersion } from '../model/server-version';
import { withValue, type ConfPath } from './path';
import type { Conf } from './conf';

/**
 * The first release that knows an option which older ones refuse to start with, found in the parsers of gnatsd 1.3.0 and 1.4.1 and
 * of nats-server 2.0.0, 2.1.9 and 2.2.0 (server/opts.go). What is not listed, all of them know.
 */
const knownSince: readonly { path: ConfPath; release: string }[] = [
  { path: ['lame_duck_duration'], release: '1.4.0' },
  { path: ['cluster', 'name'], release: '2.2.0' },
];

/** The configuration without what the version does not know. */
export function knownTo(version: ServerVersion, conf: Conf): Conf {
  return knownSince
    .filter(({ release }) => !isAtLeast(version, release))
    .reduce((known, { path }) => withValue(known, path, undefined), conf);
}
