/** The powers of 1024 of the units. */
const POWERS: Readonly<Record<string, number>> = { '': 0, k: 1, m: 2, g: 3, t: 4, p: 5 };

/**
 * A size as people write it for nats-server, in bytes: `128MB`, `1Gi`, `2TiB`, `64K`, `1.5GB`, `1024`. Every unit is a power of 1024, as nats-server
 * has it for KB, Ki and KiB and, in a text, for K. A lone small letter is none: in nats.conf it means a power of 1000 in one place and nothing in another.
 *
 * @returns undefined where it is no size, or no whole number of bytes below 2^53
 * @see nats-server, conf/parse.go (itemInteger), and server/opts.go (getStorageSize)
 */
export function parseSize(text: string): number | undefined {
  const [, digits, lone = '', unit = lone] = /^(\d+(?:\.\d+)?) ?(?:([KMGTP])|([kmgtp])(?:b|ib?))?$/i.exec(text) ?? [];
  const power = POWERS[unit.toLowerCase()];
  if (digits === undefined || power === undefined || lone !== lone.toUpperCase()) return undefined;
  const bytes = Number(digits) * 1024 ** power;
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
