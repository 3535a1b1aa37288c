/**
 * Whether a text of JSON holds more values than that: but for one, each stands after a comma or a bracket. An empty object has three bytes as text, and takes
 * twenty times that when it is parsed.
 */
export const hasMoreValues = (text: string, most: number): boolean => countValues(text, most) > most;

/** The values in a text of JSON, or a few more than there are; `most` ends the count. */
export function countValues(text: string, most = Infinity): number {
  let values = 1;
  for (let index = 0; index < text.length && values <= most; index += 1) {
    const character = text.charCodeAt(index);
    if (character === COMMA || character === BRACKET || character === BRACE) values += 1;
  }
  return values;
}

const [COMMA, BRACKET, BRACE] = [0x2c, 0x5b, 0x7b];
