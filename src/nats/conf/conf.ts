/**
 * A NATS configuration as a value: JSON, but for `include`. A member that is undefined is not printed, so that a block can be
 * written as one literal.
 */
export type Conf = ConfBlock;

export type ConfValue = string | number | boolean | readonly ConfValue[] | ConfBlock;

export interface ConfBlock {
  readonly [key: string]: ConfValue | undefined;
  /** The files that are read into the block, relative to the folder of the configuration. What the block says itself wins. */
  readonly [INCLUDE]?: readonly string[];
}

/** The one key of a block that no user's key can be. */
export const INCLUDE: unique symbol = Symbol('include');

/** Whether a value is a list; unlike Array.isArray it keeps the type of what is in it. */
export function isList(value: ConfValue | undefined): value is readonly ConfValue[] {
  return Array.isArray(value);
}

/** Whether a value is a block, rather than a list, a scalar or nothing. */
export function isBlock(value: ConfValue | undefined): value is ConfBlock {
  return typeof value === 'object' && !isList(value);
}

/** The members that are printed, in their order. */
export function members(block: ConfBlock): [string, ConfValue][] {
  return Object.entries(block).flatMap(([key, value]): [string, ConfValue][] =>
    value === undefined ? [] : [[key, value]],
  );
}
