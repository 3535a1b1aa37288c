import { nkeys } from '@nats-io/transport-node';
import type { ChildSecret } from '../child';
import { textOf } from '../config/config-files';
import { SEED_KEY } from '../resources/system-user-secret';
import type { SystemUserKey } from '../spec/system-user';

/** A new key, from the random numbers of the operating system. */
export const createSystemUserKey = (): SystemUserKey => keyOf(nkeys.createUser());

/**
 * The key that a Secret holds; undefined where it holds none of a user.
 *
 * @param last the key that was read last: making the public key of a seed takes milliseconds
 */
export function readSystemUserKey(secret: ChildSecret | undefined, last?: SystemUserKey): SystemUserKey | undefined {
  const seed = secret && textOf(secret, SEED_KEY);
  if (seed !== undefined && seed === last?.seed) return last;
  if (!seed?.startsWith('SU')) return undefined;
  try {
    return keyOf(nkeys.fromSeed(new TextEncoder().encode(seed)));
  } catch {
    // The error has nothing to say that may be shown.
    return undefined;
  }
}

const keyOf = (pair: ReturnType<typeof nkeys.createUser>): SystemUserKey => ({
  publicKey: pair.getPublicKey(),
  seed: new TextDecoder().decode(pair.getSeed()),
});
