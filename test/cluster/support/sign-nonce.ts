import type { KeyPair } from '@nats-io/nkeys';
import { createPrivateKey, sign } from 'node:crypto';

/** An ed25519 key as PKCS #8 has it, up to its 32 bytes. @see https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * What a user shows to a server to prove who it is. Node signs the server's nonce: the library's own arithmetic is so slow within jest that servers lose
 * patience, after two seconds.
 */
export function signNonce(user: KeyPair, nonce = ''): { nkey: string; sig: string } {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, rawSeed(user)]), format: 'der', type: 'pkcs8' });
  return { nkey: user.getPublicKey(), sig: sign(null, Buffer.from(nonce), key).toString('base64url') };
}

/** The 32 bytes within a seed's base32, between two of its kind and two of its checksum. @see https://github.com/nats-io/nkeys */
function rawSeed(key: KeyPair): Buffer {
  const letters = [...Buffer.from(key.getSeed()).toString()];
  const bits = letters.map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map(byte => parseInt(byte, 2))).subarray(2, 34);
}
