import { isAtLeast, type ServerVersion } from '../server-version';
import type { Conf } from './conf';
import { withValue, type ConfPath } from './path';

/**
 * The first release that knows an option, where an older one refuses to start with it: found in the option parsers of nats-server
 * 2.0.0, 2.1.9, 2.2.0 and 2.6.1 (server/opts.go). What is not listed, all of them know; before 2.0, the server ignored what it did
 * not know.
 */
const minimumVersions: readonly { readonly path: ConfPath; readonly release: string }[] = [
  { path: ['cluster', 'name'], release: '2.2.0' },
];

/** The configuration without what the version does not know. */
export function omitUnsupported(version: ServerVersion, conf: Conf): Conf {
  return minimumVersions
    .filter(({ release }) => !isAtLeast(version, release))
    .reduce((known, { path }) => withValue(known, path, undefined), conf);
}
