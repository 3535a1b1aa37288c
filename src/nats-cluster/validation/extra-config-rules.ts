import { isPrintableMap, type Printable, type PrintableMap, unprintable } from '../../nats/printable';
import type { Problem } from '../../schema/problem';
import { reservedConfKeys, sharedBlocks } from './reserved-conf-keys';
import { sizeOptions } from '../../nats/size-options';
import { DEFAULT_VERSION, isAtLeast, type ServerVersion } from '../../nats/server-version';
import { closest } from '../../text/closest';
import { optionType, SIZE, type OptionType } from '../../nats/option-types';
import type { ReviewedCluster } from './rule';
import { fieldPath } from '../../schema/schema';
import { knownOptions, optionSince } from '../../nats/server-options';
import { tooOld } from './version-rules';

const PATH = 'spec.natsConfig.extra';

/** nats-server has about 200. What is wrong with those after so many is said when these are corrected. */
const MOST_OPTIONS = 1_024;

/** `natsConfig.extra` holds what nats.conf can hold, sets nothing that is the operator's, and only what the server knows. */
export function extraConfigIsValid({ spec, version }: ReviewedCluster): Problem[] {
  const { extra } = spec.natsConfig ?? {};
  if (extra === undefined) return [];
  const cannotPrint = unprintable(extra, PATH);
  if (!isPrintableMap(extra)) return cannotPrint;
  const reserved = reservedConfKeys(extra);
  const isReserved = ([first, second]: readonly string[]): boolean =>
    reserved.some(({ keys }) => keys[0] === first && (keys[1] === undefined || keys[1] === second));
  return [
    ...reserved.map(({ keys, instead }) => ({ path: keyPath(keys), message: "can't be set here", hint: instead })),
    ...optionsIn(extra)
      .slice(0, MOST_OPTIONS)
      .filter(({ keys }) => !isReserved(keys))
      .flatMap(({ keys, value }) => optionProblems(keys, value, version)),
    ...sizeOptions(extra)
      .filter(({ keys }) => keys.length > 1)
      .flatMap(({ keys, value }) => wrongType(keys, value, SIZE)),
  ];
}

const keyPath = (keys: readonly string[]): string => keys.reduce(fieldPath, PATH);

interface Option {
  readonly keys: readonly string[];
  readonly value: Printable;
}

/** The options of the top level, and of the blocks that we write too. */
function optionsIn(extra: PrintableMap): Option[] {
  return Object.entries(extra).flatMap(([key, value]) => {
    const isShared = sharedBlocks.some(block => block === key) && isPrintableMap(value);
    return isShared
      ? Object.entries(value).map(([member, its]) => ({ keys: [key, member], value: its }))
      : [{ keys: [key], value }];
  });
}

function optionProblems(keys: readonly string[], value: Printable, version: ServerVersion | undefined): Problem[] {
  if (version === undefined || !isAtLeast(version, '2.9.0')) return [];
  const since = optionSince(keys.join('.'));
  if (since === undefined) return isAtLeast(version, nextMinor) ? [] : [unknownOption(keys)];
  return isAtLeast(version, since) ? typeProblems(keys, value) : [tooOld(keyPath(keys), since, version.tag)];
}

function typeProblems(keys: readonly string[], value: Printable): Problem[] {
  const type = optionType(keys.join('.'));
  return type === undefined ? [] : wrongType(keys, value, type);
}

function wrongType(keys: readonly string[], value: Printable, type: OptionType): Problem[] {
  if (type.takes(value)) return [];
  const got = typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'a map') : JSON.stringify(value);
  return [{ path: keyPath(keys), message: `must be ${type.what}, got ${got}` }];
}

/** From here on a server may know options that the operator does not. */
const nextMinor = DEFAULT_VERSION.replace(
  /^(\d+)\.(\d+)(?!\d).*$/,
  (_, major: string, minor: string) => `${major}.${Number(minor) + 1}.0`,
);

function unknownOption(keys: readonly string[]): Problem {
  const [first = '', second] = keys;
  const suggestion = second === undefined ? closest(first, knownOptions()) : closest(second, knownOptions(first));
  return {
    path: keyPath(keys),
    message: 'unknown nats-server option, with which a server does not start',
    ...(suggestion === undefined ? {} : { hint: `did you mean ${suggestion}?` }),
  };
}
