import { posix } from 'node:path';
import { CONFIG_FOLDER } from '../spec/pod-parts';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';
import { TLS_FOLDERS, tlsConnections, type TlsConnection, type TlsFiles } from '../spec/tls-files';
import { isBlock, type Conf, type ConfBlock } from '../../nats/conf/conf';
import { valueAt, withValue, type ConfPath } from '../../nats/conf/path';

/**
 * Copies of the TLS files in the configuration Secret. A server reads its certificates at every reload and rejects the whole reload where it can't load one,
 * so that a damaged Secret would keep a removed user connected. The files of a mounted Secret can't be kept from changing, but those of the configuration
 * Secret are the operator's: while a TLS Secret has a problem, configurations name the last good copy there.
 */
export type TlsCopies = Readonly<Record<string, string>>;

/** The last good copy of what the Secrets of `spec.tls` hold, by its key in the configuration Secret. */
export function tlsCopies(
  tls: Readonly<Partial<Record<TlsConnection, TlsFiles>>>,
  secrets: ReadonlyMap<string, SecretContent | undefined>,
): TlsCopies {
  const copies = tlsConnections.flatMap(connection => {
    const files = tls[connection];
    const secret = files && secrets.get(files.secret);
    if (files === undefined || secret === undefined) return [];
    return [files.ca, files.cert, files.key].flatMap((file = ''): [string, string][] => {
      const copy = keyOfCopy(connection, file);
      const text = textOf(secret, posix.relative(files.folder, file));
      return copy === undefined || text === undefined ? [] : [[copy, text]];
    });
  });
  return Object.fromEntries(copies);
}

/** The copies among the files of a configuration Secret. */
export const copiesIn = (files: Readonly<Record<string, string>>): TlsCopies =>
  Object.fromEntries(
    Object.entries(files).filter(([key]) => tlsConnections.some(connection => key.startsWith(prefixOf(connection)))),
  );

/** The configuration with the mounted files of each connection, but with the copies that are passed, as far as there are all that it needs. */
export function withTlsCopies(conf: Conf, connections: ReadonlySet<TlsConnection>, copies: TlsCopies): Conf {
  return tlsConnections.reduce((changed, connection) => {
    const tls = valueAt(changed, BLOCKS[connection]);
    if (!isBlock(tls)) return changed;
    const mounted = mapFiles(tls, file => mountedFile(connection, file));
    const copied = mapFiles(mounted, file => copyOf(connection, file));
    const isWhole = FILE_KEYS.map(key => copied[key]).every(file => typeof file !== 'string' || isThere(file, copies));
    return withValue(changed, BLOCKS[connection], connections.has(connection) && isWhole ? copied : mounted);
  }, conf);
}

/** The configuration with mounted files alone. */
export const withoutTlsCopies = (conf: Conf): Conf => withTlsCopies(conf, new Set(), {});

/** Those whose files a server reads again when it reloads, whatever their names (reloadable.ts). */
const BLOCKS: Readonly<Record<TlsConnection, ConfPath>> = {
  server: ['tls'],
  routes: ['cluster', 'tls'],
  gateway: ['gateway', 'tls'],
  leafnode: ['leafnodes', 'tls'],
  websocket: ['websocket', 'tls'],
};

const FILE_KEYS = ['ca_file', 'cert_file', 'key_file'] as const;

function mapFiles(tls: ConfBlock, map: (file: string) => string | undefined): ConfBlock {
  return FILE_KEYS.reduce((block: ConfBlock, key) => {
    const file = block[key];
    const mapped = typeof file === 'string' ? map(file) : undefined;
    return mapped === undefined ? block : { ...block, [key]: mapped };
  }, tls);
}

/** A file that comes by another way than the Secret has no copy, and needs none. */
const isThere = (file: string, copies: TlsCopies): boolean =>
  posix.dirname(file) !== CONFIG_FOLDER || copies[posix.basename(file)] !== undefined;

const prefixOf = (connection: TlsConnection): string => `tls-${connection}-`;

/** Characters that the key of a Secret may have. */
const LONGEST_KEY = 253;

/** @returns undefined for a file that is not in the folder of the mounted Secret */
function keyOfCopy(connection: TlsConnection, file: string): string | undefined {
  const key = `${prefixOf(connection)}${posix.basename(file)}`;
  return posix.dirname(file) === TLS_FOLDERS[connection] && key.length <= LONGEST_KEY ? key : undefined;
}

function copyOf(connection: TlsConnection, file: string): string | undefined {
  const key = keyOfCopy(connection, file);
  return key && posix.join(CONFIG_FOLDER, key);
}

function mountedFile(connection: TlsConnection, file: string): string | undefined {
  const name = posix.basename(file);
  const isCopy = posix.dirname(file) === CONFIG_FOLDER && name.startsWith(prefixOf(connection));
  return isCopy ? posix.join(TLS_FOLDERS[connection], name.slice(prefixOf(connection).length)) : undefined;
}
