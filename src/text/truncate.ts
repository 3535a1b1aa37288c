/**
 * Maximum size of an Event's note in bytes.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/
 */
export const NOTE_BYTES = 1024;

const ELLIPSIS = '…';
const encoder = new TextEncoder();

/**
 * Truncates a text to at most `bytes` bytes of UTF-8, ending with an ellipsis where something was cut. The API server
 * counts bytes, JavaScript counts UTF-16 units. Never splits a character.
 *
 * @param bytes at least 3, for the ellipsis
 */
export function truncate(text: string, bytes: number): string {
  // A UTF-16 unit takes at most three bytes in UTF-8.
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const room = new Uint8Array(bytes - Buffer.byteLength(ELLIPSIS));
  return text.slice(0, encoder.encodeInto(text, room).read) + ELLIPSIS;
}

/**
 * Returns the first characters of a text as an independent string: V8 keeps the whole parent string alive for a slice.
 */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();

/** Returns the last characters of a text as an independent string. */
export const cutStart = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(text.slice(-length)).toString();
