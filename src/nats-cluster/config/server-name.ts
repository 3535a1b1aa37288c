import type { ResolvedCluster } from '../spec/resolve-cluster';
import { SERVER_NAME_VARIABLE } from '../spec/pod-parts';
import { isAtLeast } from '../../nats/server-version';
import { INCLUDE, type Conf, type ConfBlock } from '../../nats/conf/conf';

/** The key, in the configuration Secret, of the file that gives a server its name. */
const SERVER_NAME_FILE = 'server-name.conf';

/** A variable is no JSON, so that it stands in a file of its own; its value comes with quotes. */
const SERVER_NAME_CONF = `server_name: $${SERVER_NAME_VARIABLE}\n`;

/** Names came with 2.2. */
export const hasServerName = ({ version }: ResolvedCluster): boolean => isAtLeast(version, '2.2.0');

/**
 * The file that a server's own name is included from, where servers reload: one that has its name by an argument rejects every
 * reload, for it forgets the argument then (`config reload not supported for ServerName`; nats-server v2.2.0 to v2.15.2,
 * server/opts.go, MergeOptions).
 */
export const serverNameIncludes = (model: ResolvedCluster): readonly string[] =>
  model.pod.reloads && hasServerName(model) ? [SERVER_NAME_FILE] : [];

/** The configuration as people, tools and the pods of the Go operator read it. They have no such variable. */
export function withoutServerName(conf: Conf): Conf {
  const { [INCLUDE]: includes = [], ...rest } = conf;
  const others = includes.filter(file => file !== SERVER_NAME_FILE);
  return others.length === 0 ? rest : { ...rest, [INCLUDE]: others };
}

/** The files with the one that they include, as long as any of them does. */
export function withServerNameFile(files: Readonly<Record<string, string>>): Record<string, string> {
  const others = Object.entries(files).filter(([file]) => file !== SERVER_NAME_FILE);
  const isIncluded = others.some(([, text]) => text.includes(`include "${SERVER_NAME_FILE}"`));
  return { ...Object.fromEntries(others), ...(isIncluded ? { [SERVER_NAME_FILE]: SERVER_NAME_CONF } : {}) };
}

/** What servers of that name find in that file, as `serverDigest` asks for it. */
export const includedName = (name: string): Readonly<Record<string, ConfBlock>> => ({
  [SERVER_NAME_FILE]: { server_name: name },
});
