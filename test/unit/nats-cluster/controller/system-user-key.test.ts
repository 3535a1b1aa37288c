import { nkeys } from '@nats-io/transport-node';
import type { ChildSecret } from '../../../../src/nats-cluster/child';
import { createSystemUserKey, readSystemUserKey } from '../../../../src/nats-cluster/controller/system-user-key';
import { isPublicNkey } from '../../../../src/nats/nkey';
import { secretOf } from '../../../fixtures/secret';

const secret = (texts: Record<string, string>): ChildSecret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'c-system-user', namespace: 'n' },
  data: secretOf(texts).data ?? {},
});

const seedOf = (pair: { getSeed(): Uint8Array }): string => new TextDecoder().decode(pair.getSeed());

test('a new key is one of a user, and another each time', () => {
  const [one, other] = [createSystemUserKey(), createSystemUserKey()];
  expect(isPublicNkey(one.publicKey, 'U')).toBe(true);
  expect(one.seed).not.toBe(other.seed);
  expect(readSystemUserKey(secret({ seed: one.seed }))).toStrictEqual(one);
});

test('a key that is known is not computed again', () => {
  const known = createSystemUserKey();
  expect(readSystemUserKey(secret({ seed: known.seed }), known)).toBe(known);
  expect(readSystemUserKey(secret({ seed: createSystemUserKey().seed }), known)).not.toStrictEqual(known);
});

test.each<[string, Record<string, string>]>([
  ['nothing', {}],
  ['another text', { seed: 'SUx' }],
  ['a public key', { seed: nkeys.createUser().getPublicKey() }],
  ['the seed of an account', { seed: seedOf(nkeys.createAccount()) }],
  ['a damaged seed', { seed: `${createSystemUserKey().seed.slice(0, -1)}!` }],
])('a Secret that holds %s has no key', (_title, texts) => {
  expect(readSystemUserKey(secret(texts))).toBeUndefined();
});

test('no Secret has no key', () => {
  expect(readSystemUserKey(undefined)).toBeUndefined();
});
