/** An Event's note may hold 1024 bytes. @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/event-v1/ */
export const NOTE_BYTES = 1024;

const ELLIPSIS = '…';
const encoder = new TextEncoder();

/**
 * The beginning of a text, in at most so many bytes of UTF-8 and with an ellipsis where something was cut off. The API server counts bytes, where
 * JavaScript counts UTF-16 units; no character is cut in two.
 *
 * @param bytes 3 at least, for the ellipsis
 */
export function truncate(text: string, bytes: number): string {
  // A unit of UTF-16 takes three bytes at most.
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const room = new Uint8Array(bytes - Buffer.byteLength(ELLIPSIS));
  return text.slice(0, encoder.encodeInto(text, room).read) + ELLIPSIS;
}

/** The first characters of a text, as a text of its own: what JavaScript cuts off a long one keeps all of that in memory. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(text.slice(0, length)).toString();

/** The same of the last characters. */
export const cutStart = (text: string, length: number): string =>
  text.length <= length ? text : Buffer.from(text.slice(-length)).toString();
