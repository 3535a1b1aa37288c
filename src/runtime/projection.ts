import { cut } from '../text/truncate';

/** Characters of a text that are kept: no name, path or annotation that is read has more. */
const MAX_TEXT = 1024;

/** Cuts off a text whose length the API server does not bound. */
export const shorten = <T extends string | undefined>(text: T, length = MAX_TEXT): T =>
  (text === undefined ? undefined : cut(text, length)) as T;

/** The labels or annotations of these names. */
export const pick = (all: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.flatMap(name => (all[name] === undefined ? [] : [[name, shorten(all[name])]])));

/** Removes undefined fields, which `in` and deep comparisons distinguish from missing ones. */
export const compact = <T extends object>(object: T): Compacted<T> =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Compacted<T>;

export type Compacted<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};
