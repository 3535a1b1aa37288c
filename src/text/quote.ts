/** So much of what others say is repeated: enough for the reason that a program gives, and too little to fill a status with. */
const QUOTE_LENGTH = 300;

/** Line breaks, control and formatting characters, by which a text could pass for more than one, or for another one. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Z}]+/gu;

/**
 * What somebody else has said, as one line without control characters, for a status, an Event or the log. Whose words they are has to stand before it.
 *
 * @param kept the part that is left of a long text: a program that gives up says why at the end
 * @returns undefined where it says nothing
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
