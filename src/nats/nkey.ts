const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The types of public nkeys, by their first letter. */
export type NkeyKind = 'U' | 'A' | 'O';

/**
 * Whether text is a public nkey of that type: 56 characters in base32, whose last two bytes are a checksum.
 *
 * @see https://github.com/nats-io/nkeys, crc16.go and strkey.go
 */
export function isPublicNkey(text: string, kind: NkeyKind): boolean {
  if (!/^[A-Z2-7]{56}$/.test(text) || !text.startsWith(kind)) return false;
  const bytes = decode(text);
  const [low = 0, high = 0] = bytes.slice(-2);
  return crc16(bytes.slice(0, -2)) === low + high * 256;
}

function decode(text: string): number[] {
  const bits = [...text].map(letter => BASE32.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return (bits.match(/.{8}/g) ?? []).map(byte => parseInt(byte, 2));
}

/** CRC-16/XMODEM. */
function crc16(bytes: readonly number[]): number {
  return bytes.reduce((crc, byte) => {
    let rest = crc ^ (byte << 8);
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 0x8000 ? (rest << 1) ^ 0x1021 : rest << 1;
    return rest & 0xffff;
  }, 0);
}
