import { isAtLeast, type ServerVersion } from '../server-version';
import type { Conf } from './conf';
import { withValue, type ConfPath } from './path';

/**
 * The first release that supports an option, for options with which an older release does not start: from the option
 * parsers of nats-server 2.0.0, 2.1.9, 2.2.0 and 2.6.1 (server/opts.go). All of these support the other options; before
 * 2.0, the server ignored unknown options.
 */
const minimumVersions: readonly { readonly path: ConfPath; readonly release: string }[] = [
  { path: ['cluster', 'name'], release: '2.2.0' },
];

/** Removes the options that the version does not support. */
export function omitUnsupported(version: ServerVersion, conf: Conf): Conf {
  return minimumVersions
    .filter(({ release }) => !isAtLeast(version, release))
    .reduce((known, { path }) => withValue(known, path, undefined), conf);
}
