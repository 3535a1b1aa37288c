/** Maximum number of quoted characters: enough for a program's error message without filling a status. */
const QUOTE_LENGTH = 300;

/** Whitespace, line breaks, control and formatting characters, which could make one text look like several. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Z}]+/gu;

/**
 * Quotes untrusted text as one line without control characters, for a status, an Event or the log. Callers prefix the
 * source of the text.
 *
 * @param kept which part of a long text is kept: programs print their fatal error last
 * @returns undefined for empty text
 */
export function quote(
  text: string | undefined,
  kept: 'start' | 'end' = 'start',
  length = QUOTE_LENGTH,
): string | undefined {
  const line = text?.replace(INVISIBLE, ' ').trim() ?? '';
  if (line === '') return undefined;
  const characters = Array.from(line);
  if (characters.length <= length) return line;
  return kept === 'start' ? `${characters.slice(0, length).join('')}…` : `…${characters.slice(-length).join('')}`;
}
