import { createHash } from 'node:crypto';
import { ownField } from '../../json/own-field';
import { INCLUDE, isBlock, isList, members, type Conf, type ConfBlock, type ConfValue } from './conf';

/**
 * Computes the digest of a configuration that a server reports in /varz from 2.11: that of its values in JSON as Go
 * encodes it (configDigest in nats-server v2.15.2, conf/parse.go).
 *
 * @param included the known content of the files included at the top level
 * @returns `sha256:…`; undefined if the content of an included file is unknown
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

/** Go sorts the keys of a map by their bytes. */
function goObject(block: ConfBlock): string {
  const sorted = members(block).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, member]) => `${goScalar(key)}:${goJson(member)}`).join(',')}}`;
}

/** Numbers are encoded as in JavaScript; strings are HTML-escaped. @see https://pkg.go.dev/encoding/json#Marshal */
const goScalar = (value: string | number | boolean): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, escapeUnicode);

const escapeUnicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
