/** Powers of 1024 by unit. */
const POWERS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * Parses a nats-server size into bytes: `128MB`, `1Gi`, `2TiB`, `64K`, `1.5GB`, `1024`. Every unit is a power of 1024,
 * as in nats-server for KB, Ki and KiB and, in a string, for K. A single lower-case letter is rejected: in nats.conf it
 * is a power of 1000 for some options and invalid for others.
 *
 * @returns undefined if the text is not a size, or not an integer number of bytes below 2^53
 * @see nats-server, conf/parse.go (itemInteger), and server/opts.go (getStorageSize)
 */
export function parseSize(text: string): number | undefined {
  const [, digits, lone = '', unit = lone] = /^(\d+(?:\.\d+)?) ?(?:([KMGTP])|([kmgtp])(?:b|ib?))?$/i.exec(text) ?? [];
  const power = POWERS[unit.toLowerCase()];
  if (digits === undefined || power === undefined || lone !== lone.toUpperCase()) return undefined;
  const bytes = Number(digits) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
