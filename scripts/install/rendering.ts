import type { Values } from './values';

/** Members of an object, in their order. */
export type Members = Readonly<Record<string, unknown>>;

/** Something that the installer chooses by values: as a template of Helm asks it, and as the plain manifests answer it. */
export interface Choice<T> {
  /** Without the braces; from the root, so that it means the same inside of a loop: `$.Values.scope`. */
  readonly helm: string;
  readonly plain: (values: Values) => T;
}

/**
 * Writes down what an installer can choose. The objects of the installation are written once, against this: the one implementation makes manifests of
 * them, by the defaults of values.yaml; the other the chart's templates, that ask Helm for the same values.
 */
export interface Rendering {
  /** The namespace that it is installed into; undefined in manifests that go wherever `kubectl -n` says. */
  readonly namespace: string | undefined;
  /** A scalar, also as a part of a longer text. */
  readonly choice: (choice: Choice<string | number>) => string | number;
  /** What values.yaml has at that path, as the member `key`; no member where that is empty. */
  readonly optional: (key: string, path: string) => Members;
  /** The members that values.yaml has at that path. */
  readonly members: (path: string) => Members;
  /** The items that values.yaml has at that path; objects get these members where they have none of that name. */
  readonly items: (path: string, defaults?: Readonly<Record<string, string>>) => readonly unknown[];
  /** The members where that holds, none where it doesn't. */
  readonly where: (condition: Choice<boolean>, members: Members) => Members;
  /** The items where that holds, none where it doesn't. */
  readonly itemsWhere: (condition: Choice<boolean>, items: readonly unknown[]) => readonly unknown[];
}
