import { createHash } from 'node:crypto';
import { INCLUDE, isBlock, isList, members, type Conf, type ConfValue } from './conf';
import { parseConf } from './parse';
import { valueAt, withValue, type ConfPath } from './path';
import { printConf } from './print';

/** The key of the wanted configuration, for people, tools and the pods that the Go operator made. */
export const WANTED_KEY = 'nats.conf';

/**
 * What needs no restart: each new server dials all others, and gossip tells them the rest, so that routes to it may reach the
 * old servers' file without their reading it.
 */
const livePaths: readonly ConfPath[] = [['cluster', 'routes']];

/** The key of the restart generation that a configuration belongs to: a pod is given its name, and starts from it ever after. */
export const generationKey = (conf: Conf): string => `nats-${restartDigest(conf)}.conf`;

/** Ten hexadecimal digits, the same for two configurations that differ only in what needs no restart, or in their order. */
function restartDigest(conf: Conf): string {
  const frozen = livePaths.reduce((rest, path) => withValue(rest, path, undefined), conf);
  return createHash('sha256')
    .update(JSON.stringify(canonical(frozen)))
    .digest('hex')
    .slice(0, 10);
}

/**
 * The files of the configuration Secret.
 *
 * @param wanted the configuration that every pod shall come to
 * @param older the text of each generation that a pod or a revision still names, by its key
 * @returns the wanted configuration under `nats.conf` and under its generation's key, and each older generation as its pods
 *   started with it but for what needs no restart, which is as wanted everywhere: a revoked user is revoked at once
 */
export function configFiles(wanted: Conf, older: Readonly<Record<string, string>>): Record<string, string> {
  const text = printConf(wanted);
  const generations = Object.entries(older).map(([key, old]): [string, string] => [key, withLiveParts(old, wanted)]);
  return { ...Object.fromEntries(generations), [WANTED_KEY]: text, [generationKey(wanted)]: text };
}

/** Text that is not ours to read stays: the server that runs on it could read it. */
function withLiveParts(text: string, wanted: Conf): string {
  const frozen = parseConf(text);
  if (frozen === undefined) return text;
  return printConf(livePaths.reduce((conf, path) => withValue(conf, path, valueAt(wanted, path)), frozen));
}

/** NATS reads a block's members in any order, so their order is no reason to restart. */
function canonical(value: ConfValue): unknown {
  if (isList(value)) return value.map(canonical);
  if (!isBlock(value)) return value;
  const sorted = members(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { includes: value[INCLUDE] ?? [], members: sorted.map(([key, member]) => [key, canonical(member)]) };
}
