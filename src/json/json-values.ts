/**
 * Whether a JSON text contains more than `most` values. An empty object is three bytes of text including its comma and
 * takes twenty times that when parsed, so the text length does not bound memory.
 */
export const hasMoreValues = (text: string, most: number): boolean => countValues(text, most) > most;

/**
 * Counts the commas and opening brackets of a JSON text, an upper bound of its number of values. Stops above `most`.
 */
export function countValues(text: string, most = Infinity): number {
  let values = 1;
  for (let index = 0; index < text.length && values <= most; index += 1) {
    const character = text.charCodeAt(index);
    if (character === COMMA || character === BRACKET || character === BRACE) values += 1;
  }
  return values;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];
