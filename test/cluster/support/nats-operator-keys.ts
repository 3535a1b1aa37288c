import type { Authenticator } from '@nats-io/nats-core/internal';
import { encodeAccount, encodeOperator, encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createOperator, createUser, type KeyPair } from '@nats-io/nkeys';
import { signNonce } from './sign-nonce';

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

/** What the examples are to be filled in with: the system account, and one for users. */
export const accountVariables = ({ system, account }: SignedOperator): Record<string, string> => ({
  SYSTEM_ACCOUNT: system.id,
  SYSTEM_ACCOUNT_JWT: system.jwt,
  ACCOUNT: account.id,
  ACCOUNT_JWT: account.jwt,
});

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

/** Makes a user that the account has signed, as what a client logs in with. */
export async function makeUser(name: string, account: SignedAccount): Promise<Authenticator> {
  const user = createUser();
  const jwt = await encodeUser(name, user, account.key);
  return nonce => ({ jwt, ...signNonce(user, nonce) });
}

/** Makes a user that the account has signed, as a credentials file. @see https://docs.nats.io/using-nats/developer/connecting/creds */
export async function makeCredentials(name: string, account: SignedAccount): Promise<string> {
  const user = createUser();
  return Buffer.from(fmtCreds(await encodeUser(name, user, account.key), user)).toString();
}
