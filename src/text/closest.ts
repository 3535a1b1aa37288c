import { distance } from 'fastest-levenshtein';

/** A longer word is no misspelling, and comparing takes time that grows with the product of the lengths. */
const LONGEST_WORD = 64;

/** The candidate that a misspelt word was most likely meant to be; undefined where none is near. Case does not count. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [best] = candidates
    .map(candidate => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(ranked => ranked.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}
