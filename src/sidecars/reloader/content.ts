import { readFileSync, statSync } from 'node:fs';

// Everything here is synchronous and nothing is hashed: the files are small, and node's promises of files, its hashes and its
// streams would cost a resident megabyte each, in every pod.

/** What each watched file holds, by its path; undefined stands for one that is not there. */
export type Content = ReadonlyMap<string, Buffer | undefined>;

/** Reads all files. One that can't be read counts as missing, for it will be tried again. */
export const readContent = (files: readonly string[]): Content =>
  new Map(files.map(file => [file, attempt(() => readFileSync(file))]));

/** The files that hold something else than before; one that is gone is none of them, for a server can't read what is not there. */
export function changedFiles(before: Content, now: Content): string[] {
  return [...now].flatMap(([file, bytes]) => {
    const isSame = bytes === undefined || before.get(file)?.equals(bytes);
    return isSame ? [] : [file];
  });
}

/** The files that were written after the reference, as far as all of them are there. */
export function newerThan(reference: string, files: readonly string[]): string[] {
  const since = modified(reference) ?? Infinity;
  return files.filter(file => (modified(file) ?? 0) > since);
}

const modified = (file: string): number | undefined => attempt(() => statSync(file).mtimeMs);

/** The result, or undefined where it fails. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
