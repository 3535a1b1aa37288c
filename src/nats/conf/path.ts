import { isBlock, type ConfBlock, type ConfValue } from './conf';

/** The keys of the blocks that contain a value, and its own: `['cluster', 'routes']`. */
export type ConfPath = readonly [string, ...string[]];

/** The value at the path; undefined if a block of the path is missing. */
export function valueAt(block: ConfBlock, [key, next, ...rest]: ConfPath): ConfValue | undefined {
  const value = block[key];
  if (next === undefined) return value;
  return isBlock(value) ? valueAt(value, [next, ...rest]) : undefined;
}

/**
 * Returns a copy of the block with the value set at the path, or removed if it is undefined. Missing blocks of the path
 * are not created: that would be a change of its own.
 */
export function withValue(block: ConfBlock, [key, next, ...rest]: ConfPath, value: ConfValue | undefined): ConfBlock {
  if (next === undefined) return { ...block, [key]: value };
  const inner = block[key];
  return isBlock(inner) ? { ...block, [key]: withValue(inner, [next, ...rest], value) } : block;
}
