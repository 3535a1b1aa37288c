import { confKey } from './conf/conf-key';
import type { Printable, PrintableMap } from './printable';
import { parseSize } from './size';

/**
 * The options of `natsConfig.extra` that are sizes in bytes (nats-server v2.9.25 to v2.15.2, server/opts.go:
 * processConfigFileLine, parseJetStream).
 */
const SIZES: ReadonlySet<string> = new Set([
  'log_size_limit',
  'logfile_size_limit',
  ...['max_memory_store', 'max_mem_store', 'max_mem', 'max_file_store', 'max_file', 'max_outstanding_catchup'].map(
    inJetStream,
  ),
  ...['max_buffered_size', 'meta_compact_size'].map(inJetStream),
]);

function inJetStream(option: string): string {
  return `jetstream.${option}`;
}

/** A size option of `natsConfig.extra` with its path. */
export interface SizeOption {
  /** Keys as written in `extra`: `['jetstream', 'max_file_store']`. */
  readonly keys: readonly string[];
  readonly value: Printable;
}

/** All size options of `natsConfig.extra`. */
export function sizeOptions(extra: PrintableMap, parents: readonly string[] = []): SizeOption[] {
  return Object.entries(extra).flatMap(([key, value]) => {
    const keys = [...parents, key];
    if (isSize(keys)) return [{ keys, value }];
    return keys.length === 1 && isMap(value) ? sizeOptions(value, keys) : [];
  });
}

/**
 * Converts sizes to bytes: nats-server supports a quoted size only for JetStream options and only with the suffix K, M,
 * G or T. Supported sizes are not converted, so that no server restarts for a different spelling.
 */
export function withReadableSizes(extra: PrintableMap, parents: readonly string[] = []): PrintableMap {
  const entries = Object.entries(extra).map(([key, value]): [string, Printable] => {
    const keys = [...parents, key];
    if (isSize(keys)) return [key, readable(value, keys)];
    return [key, keys.length === 1 && isMap(value) ? withReadableSizes(value, keys) : value];
  });
  return Object.fromEntries(entries);
}

function readable(value: Printable, keys: readonly string[]): Printable {
  if (typeof value !== 'string' || (keys.length > 1 && /^\d+[KMGT]$/.test(value))) return value;
  return parseSize(value) ?? value;
}

const isSize = (keys: readonly string[]): boolean => SIZES.has(confKey(keys.join('.')));

const isMap = (value: Printable): value is PrintableMap => typeof value === 'object' && !Array.isArray(value);
