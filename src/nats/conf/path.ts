import { isBlock, type ConfBlock, type ConfValue } from './conf';

/** The keys that lead to a value through blocks: `['cluster', 'routes']`. */
export type ConfPath = readonly [string, ...string[]];

/** The value at the path; undefined where a block on the way is missing. */
export function valueAt(block: ConfBlock, [key, next, ...rest]: ConfPath): ConfValue | undefined {
  const value = block[key];
  if (next === undefined) return value;
  return isBlock(value) ? valueAt(value, [next, ...rest]) : undefined;
}

/**
 * The block with another value at the path; undefined takes it away. A block on the way that is missing is not made: what is
 * in it would be a change of its own.
 */
export function withValue(block: ConfBlock, [key, next, ...rest]: ConfPath, value: ConfValue | undefined): ConfBlock {
  if (next === undefined) return { ...block, [key]: value };
  const inner = block[key];
  return isBlock(inner) ? { ...block, [key]: withValue(inner, [next, ...rest], value) } : block;
}
