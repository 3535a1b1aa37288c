import type { Authenticator } from '@nats-io/nats-core/internal';
import { encodeAccount, encodeOperator, encodeUser } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';
import { createPrivateKey, sign } from 'node:crypto';

/** An account: its public key, what the operator has signed of it, and the key that signs its users. */
export interface SignedAccount {
  readonly id: string;
  readonly jwt: string;
  readonly key: KeyPair;
}

/** An operator with the accounts that it has signed. */
export interface SignedOperator {
  readonly jwt: string;
  readonly system: SignedAccount;
  readonly account: SignedAccount;
  readonly other: SignedAccount;
}

/** Makes an operator, its system account and two others. */
export async function makeOperator(): Promise<SignedOperator> {
  const operator = createOperator();
  const [system, account, other] = await Promise.all([
    signAccount('SYS', operator),
    signAccount('shop', operator),
    signAccount('other', operator),
  ]);
  const jwt = await encodeOperator('test', operator, { system_account: system.id });
  return { jwt, system, account, other };
}

/** An account may have nothing of what its JWT says no limit for: the library leaves them at 0. */
const UNLIMITED = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };

async function signAccount(name: string, operator: KeyPair): Promise<SignedAccount> {
  const key = createAccount();
  return {
    id: key.getPublicKey(),
    jwt: await encodeAccount(name, key, { limits: UNLIMITED }, { signer: operator }),
    key,
  };
}

/** An ed25519 key as PKCS #8 has it, up to its 32 bytes. @see https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Makes a user that the account has signed, as what a client logs in with. Node signs the server's nonce: the library's own arithmetic is so slow within jest
 * that servers lose patience, after two seconds.
 */
export async function makeUser(name: string, account: SignedAccount): Promise<Authenticator> {
  const user = createUser();
  const [nkey, jwt] = [user.getPublicKey(), await encodeUser(name, user, account.key)];
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, rawSeed(user)]), format: 'der', type: 'pkcs8' });
  return nonce => ({ jwt, nkey, sig: sign(null, Buffer.from(nonce ?? ''), key).toString('base64url') });
}

/** The 32 bytes within a seed's base32, between two of its kind and two of its checksum. @see https://github.com/nats-io/nkeys */
function rawSeed(key: KeyPair): Buffer {
  const letters = [...Buffer.from(key.getSeed()).toString()];
  const bits = letters.map(letter => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map(byte => parseInt(byte, 2))).subarray(2, 34);
}
