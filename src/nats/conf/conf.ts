/**
 * A NATS configuration as a value: JSON plus `include`. Undefined members are not printed, so that a block can be
 * written as one literal.
 */
export type Conf = ConfBlock;

export type ConfValue = string | number | boolean | readonly ConfValue[] | ConfBlock;

export interface ConfBlock {
  readonly [key: string]: ConfValue | undefined;
  /**
   * The files included in the block, relative to the directory of the configuration. The block's own members take
   * precedence.
   */
  readonly [INCLUDE]?: readonly string[];
}

/** The key of a block's includes, a symbol so that it cannot collide with a user's key. */
export const INCLUDE: unique symbol = Symbol('include');

/** Whether a value is a list; unlike Array.isArray it preserves the item type. */
export function isList(value: ConfValue | undefined): value is readonly ConfValue[] {
  return Array.isArray(value);
}

/** Whether a value is a block, not a list, a scalar or undefined. */
export function isBlock(value: ConfValue | undefined): value is ConfBlock {
  return typeof value === 'object' && !isList(value);
}

/** The defined members of a block in order. */
export function members(block: ConfBlock): [string, ConfValue][] {
  return Object.entries(block).flatMap(([key, value]): [string, ConfValue][] =>
    value === undefined ? [] : [[key, value]],
  );
}
