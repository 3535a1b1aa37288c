import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { INCLUDE, isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from '../../nats/conf/conf';
import { parseConf } from '../../nats/conf/parse';
import { valueAt, withValue, type ConfPath } from '../../nats/conf/path';
import { printConf } from '../../nats/conf/print';
import { accessPaths, livePaths, systemUsersPath } from '../../nats/conf/reloadable-options';
import { withoutServerName, withServerNameFile } from './server-name';
import { withoutTlsCopies } from './tls-copies';

/** The key of the desired configuration, for users, tools and the pods that the Go operator created. */
export const CURRENT_CONFIG_KEY = 'nats.conf';

/**
 * The key of the revision that a configuration belongs to: a pod is created with its name, and always starts from it.
 *
 * @param reloads whether something signals the servers to reload, so that fewer changes need a restart
 */
export const revisionKey = (conf: Conf, reloads = false): string => `nats-${restartDigest(conf, reloads)}.conf`;

/** Whether the file of that key in a configuration Secret is a configuration, and not a copy of a TLS file. */
export const isConfigKey = (key: string): boolean => key.endsWith('.conf');

/** Ten hexadecimal digits, the same for two configurations that differ only in what needs no restart, or in their order. */
function restartDigest(conf: Conf, reloads: boolean): string {
  const frozen = livePaths(reloads).reduce((rest, path) => withValue(rest, path, undefined), withoutSystemUser(conf));
  return createHash('sha256')
    .update(JSON.stringify(canonical(frozen)))
    .digest('hex')
    .slice(0, 10);
}

/** Without the operator's own user: no server restarts for it, because it comes by a reload, or by the next restart. */
function withoutSystemUser(conf: Conf): Conf {
  if (valueAt(conf, systemUsersPath) === undefined) return conf;
  const isNamedAnyway = conf.system_account !== undefined;
  return isNamedAnyway ? withValue(conf, systemUsersPath, undefined) : { ...conf, accounts: undefined };
}

/**
 * The files of the configuration Secret.
 *
 * @param desired the configuration that every pod has to run
 * @param older the text of each revision that a pod or a revision still names, by its key
 * @param reloads whether something signals the servers to reload
 * @returns the desired configuration under `nats.conf` and under the key of its revision, and each older revision as its pods
 *   started with it but for routes, and for users, which are current everywhere: a revoked user is revoked at once
 */
export function configFiles(
  desired: Conf,
  older: Readonly<Record<string, string>>,
  reloads = false,
): Record<string, string> {
  const revisions = Object.entries(older).map(([key, old]): [string, string] => [key, mergeReloadable(old, desired)]);
  return withServerNameFile({
    ...Object.fromEntries(revisions),
    [CURRENT_CONFIG_KEY]: printConf(withoutServerName(desired)),
    [revisionKey(desired, reloads)]: printConf(desired),
  });
}

/** The key of the current revision among the files of a configuration Secret; undefined if there is none. */
export function currentRevisionOf(files: Readonly<Record<string, string>>): string | undefined {
  const others = Object.keys(files).filter(key => key !== CURRENT_CONFIG_KEY);
  return others.find(key => {
    const conf = parseConf(files[key] ?? '');
    return conf !== undefined && printConf(withoutServerName(conf)) === files[CURRENT_CONFIG_KEY];
  });
}

/**
 * An older configuration, of this or the Go operator, with the options that every server has to have now.
 *
 * Text that is not ours to read stays: the server that runs on it could read it. So do the users of a file whose successor has none,
 * for they may come by another way there, such as JWTs, and without them this one would let everybody in.
 */
export function mergeReloadable(text: string, desired: Conf): string {
  const stored = parseConf(text);
  if (stored === undefined) return text;
  const frozen = withoutTlsCopies(stored);
  const shared = [
    ...(isGuarded(desired) ? accessPaths : []),
    ...(valueAt(desired, systemUsersPath) === undefined ? [] : [systemUsersPath]),
    ...(hasCredentialsOf(frozen, desired) ? livePaths(false) : []),
  ];
  return printConf(
    withoutConflict(shared.reduce((conf, path) => withValue(conf, path, valueAt(desired, path)), frozen)),
  );
}

/**
 * A configuration, of this or the Go operator, with current users and nothing else changed. One that guards nothing opens
 * no door, and text that is not ours to read stays.
 */
export function withAccess(text: string, authorization: ConfBlock): string {
  const conf = parseConf(text);
  if (conf === undefined || !isGuarded({ authorization })) return text;
  const guarded = isBlock(conf.authorization) ? conf : { ...conf, authorization: {} };
  const changed = withoutConflict(
    accessPaths.reduce((before, path) => withValue(before, path, valueAt({ authorization }, path)), guarded),
  );
  return isDeepStrictEqual(canonical(changed), canonical(conf)) ? text : printConf(changed);
}

/**
 * A server does not load a token, or a user outside of the list, together with users of an account; an included file may have either. Clients come before
 * the operator.
 */
function withoutConflict(conf: Conf): Conf {
  const { authorization } = conf;
  if (!isBlock(authorization)) return conf;
  const isSingle = ['token', 'username', 'password'].some(key => authorization[key] !== undefined);
  return isSingle || authorization[INCLUDE] !== undefined ? withValue(conf, systemUsersPath, undefined) : conf;
}

const isGuarded = (conf: Conf): boolean =>
  ['users', 'token'].some(key => valueAt(conf, ['authorization', key]) !== undefined);

/** Routes contain the credentials that servers require, so a file has either both current, or neither. */
const hasCredentialsOf = (frozen: Conf, desired: Conf): boolean =>
  isDeepStrictEqual(valueAt(frozen, CREDENTIALS), valueAt(desired, CREDENTIALS));

const CREDENTIALS: ConfPath = ['cluster', 'authorization'];

/** NATS reads a block's members in any order, so their order is no reason to restart. */
function canonical(value: ConfValue): unknown {
  if (isList(value)) return value.map(canonical);
  if (!isBlock(value)) return value;
  const sorted = members(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { includes: value[INCLUDE] ?? [], members: sorted.map(([key, member]) => [key, canonical(member)]) };
}
