import { distance } from 'fastest-levenshtein';

/** Longer words are not compared: the time of a comparison grows with the product of both lengths. */
const LONGEST_WORD = 64;

/** Returns the candidate closest to a misspelled word, ignoring case; undefined if none is close. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > LONGEST_WORD) return undefined;
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [best] = candidates
    .map(candidate => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(ranked => ranked.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}
