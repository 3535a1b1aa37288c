import { toTokenSecretRef, tokenLabels } from '../../../src/nats-service-role/bound-token';
import { readTokenClaims } from '../../../src/nats-service-role/token-claims';

const purpose = { cluster: 'c', clusterNamespace: 'n', role: 'orders', roleUid: 'uid' };
const marked = {
  namespace: 'a',
  name: 'orders-c-bound-token',
  uid: 'u',
  resourceVersion: '7',
  ...tokenLabels(purpose),
};

describe('the Secret of a token', () => {
  test('is known by its marks', () => {
    expect(toTokenSecretRef(marked)).toEqual({
      namespace: 'a',
      name: 'orders-c-bound-token',
      uid: 'u',
      resourceVersion: '7',
      ...purpose,
      isComplete: true,
    });
  });

  test('is known by the role that owns it, as the Go operator made it, where it has no marks', () => {
    const owner = {
      apiVersion: 'nats.io/v1alpha2',
      kind: 'NatsServiceRole',
      name: 'orders',
      uid: 'uid',
      controller: true,
    };
    const legacy = { namespace: 'n', name: 'orders-my-c-bound-token', uid: 'u', resourceVersion: '7' };
    const known = { ...purpose, cluster: 'my-c', isComplete: false };
    expect(toTokenSecretRef({ ...legacy, ownerReferences: [owner] })).toEqual({ ...legacy, ...known });
    expect(toTokenSecretRef({ ...legacy, ownerReferences: [{ ...owner, kind: 'NatsCluster' }] })).toBeUndefined();
    expect(toTokenSecretRef({ ...legacy, name: 'orders-tls', ownerReferences: [owner] })).toBeUndefined();
  });

  test.each([
    ['has another name, whatever marks somebody has copied to it', { name: 'database-password' }],
    ['has lost its labels', { labels: {} }],
    ['has lost its annotations', { annotations: {} }],
    ['is being deleted', { deletionTimestamp: '2026-01-01T00:00:00Z' }],
  ])('is none of ours where it %s', (_what, changed) => {
    expect(toTokenSecretRef({ ...marked, ...changed })).toBeUndefined();
  });
});

describe('the claims of a token', () => {
  const claims = { aud: 'x', iat: 1, exp: 2, 'kubernetes.io': { secret: { uid: 's' }, serviceaccount: { uid: 'a' } } };
  const encode = (value: unknown): string => `h.${Buffer.from(JSON.stringify(value)).toString('base64url')}.s`;

  test('are read as the API server writes them', () => {
    const read = { audiences: ['x'], secretUid: 's', accountUid: 'a', issuedAt: 1, expiresAt: 2 };
    expect(readTokenClaims(encode(claims))).toEqual(read);
  });

  test.each([
    ['empty', ''],
    ['a password', 'hunter2'],
    ['a JWT of others', encode({ sub: 'me', iat: 1, exp: 2 })],
    ['bound to a pod', encode({ ...claims, 'kubernetes.io': { serviceaccount: { uid: 'a' } } })],
    ['cut off', encode(claims).slice(0, 20)],
  ])('are undefined for text that is %s', (_what, text) => {
    expect(readTokenClaims(text)).toBeUndefined();
  });
});
