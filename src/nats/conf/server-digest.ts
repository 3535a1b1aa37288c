import { createHash } from 'node:crypto';
import { ownField } from '../../json/own-field';
import { INCLUDE, isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * The digest by which a server names the configuration that it has read, in /varz from 2.11 on: that of the same values in the
 * JSON of Go's encoder (configDigest in nats-server v2.15.2, conf/parse.go).
 *
 * @param included what is known of the files that the configuration includes at its top
 * @returns `sha256:…`; undefined where another file is included, for what is in it counts as well
 */
export function serverDigest(
  { [INCLUDE]: includes = [], ...own }: Conf,
  included: Readonly<Record<string, ConfBlock>> = {},
): string | undefined {
  const blocks = includes.map(file => ownField(included, file));
  if (blocks.includes(undefined) || hasInclude(own)) return undefined;
  const conf = [...blocks, own].reduce<Conf>((all, block) => ({ ...all, ...block }), {});
  return `sha256:${createHash('sha256')
    .update(`${goJson(conf)}\n`)
    .digest('hex')}`;
}

function hasInclude(value: ConfValue): boolean {
  if (isList(value)) return value.some(hasInclude);
  return isBlock(value) && (value[INCLUDE] !== undefined || members(value).some(([, member]) => hasInclude(member)));
}

function goJson(value: ConfValue): string {
  if (isList(value)) return `[${value.map(goJson).join(',')}]`;
  return isBlock(value) ? goObject(value) : goScalar(value);
}

/** Go writes the keys of a map in the order of their bytes. */
function goObject(block: ConfBlock): string {
  const sorted = members(block).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, member]) => `${goScalar(key)}:${goJson(member)}`).join(',')}}`;
}

/** Numbers are written as JavaScript does; texts so that HTML may hold them. @see https://pkg.go.dev/encoding/json#Marshal */
const goScalar = (value: string | number | boolean): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeUnicode);

const escapeUnicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
