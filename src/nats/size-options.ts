import { confKey } from './conf/conf-key';
import type { Printable, PrintableMap } from './printable';
import { parseSize } from './size';

/** The options of `natsConfig.extra` that are sizes in bytes (nats-server v2.9.25 to v2.15.2, server/opts.go: processConfigFileLine, parseJetStream). */
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

/** An option of `natsConfig.extra` that is a size, and where it stands. */
export interface SizeOption {
  /** Spelled as in `extra`: `['jetstream', 'max_file_store']`. */
  readonly keys: readonly string[];
  readonly value: Printable;
}

/** Every size in `natsConfig.extra`. */
export function sizeOptions(extra: PrintableMap, parents: readonly string[] = []): SizeOption[] {
  return Object.entries(extra).flatMap(([key, value]) => {
    const keys = [...parents, key];
    if (isSize(keys)) return [{ keys, value }];
    return keys.length === 1 && isMap(value) ? sizeOptions(value, keys) : [];
  });
}

/**
 * The same options with each size as the number of its bytes: nats-server reads a size in quotation marks only where it ends in one of K, M, G
 * and T, and not at all outside of JetStream. What it reads stays as it is, so that no server restarts for another spelling.
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
