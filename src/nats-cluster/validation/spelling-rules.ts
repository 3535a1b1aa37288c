import type { OldSpelling } from '../spec/old-spellings';
import type { Problem } from '../../schema/problem';

/** An option that is given twice, by an old spelling and by its field, with two values. */
export function spellingConflicts(spellings: readonly OldSpelling[]): Problem[] {
  return spellings
    .filter(({ value, current }) => current !== undefined && current !== value)
    .map(({ old, field, value, current }) => ({
      path: `spec.natsConfig.${old}`,
      message: `is the old spelling of ${field}, which has another value (${shown(value)} here, ${shown(current)} there)`,
      hint: `leave ${old} out`,
    }));
}

/** Warns of an old spelling, which works. */
export function spellingWarnings(spellings: readonly OldSpelling[]): Problem[] {
  return spellings.map(({ old, field }) => ({
    path: `spec.natsConfig.${old}`,
    message: `is the old spelling of ${field} and has the same effect`,
    hint: `write ${field} instead`,
  }));
}

const shown = (value: unknown): string => JSON.stringify(value).slice(0, 60);
