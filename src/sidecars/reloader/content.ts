import { readFileSync, statSync } from 'node:fs';

// Synchronous and without hashing: the files are small, and Node's fs promises, crypto and streams would take a
// megabyte of resident memory each, in every pod.

/** The content of each watched file by path; undefined for a missing file. */
export type Content = ReadonlyMap<string, Buffer | undefined>;

/** Reads all files. An unreadable file counts as missing and is read again later. */
export const readContent = (files: readonly string[]): Content =>
  new Map(files.map(file => [file, attempt(() => readFileSync(file))]));

/** The files whose content changed, without deleted files, which the server could not load. */
export function changedFiles(before: Content, now: Content): string[] {
  return [...now].flatMap(([file, bytes]) => {
    const isSame = bytes === undefined || before.get(file)?.equals(bytes);
    return isSame ? [] : [file];
  });
}

/** The existing files that were modified after the reference file. */
export function newerThan(reference: string, files: readonly string[]): string[] {
  const since = modified(reference) ?? Infinity;
  return files.filter(file => (modified(file) ?? 0) > since);
}

const modified = (file: string): number | undefined => attempt(() => statSync(file).mtimeMs);

/** Returns the result, or undefined on an error. */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
