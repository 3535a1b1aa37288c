import { sync } from '../../../../src/nats-cluster/sync';

/** What the status says of the spec, where the operator makes no users of ServiceAccounts and where it does. */
function specValid(isWithoutServiceAccounts: boolean, enableServiceAccounts = true): string | undefined {
  const cluster = {
    metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
    spec: { size: 1, version: '2.15.2', auth: { enableServiceAccounts } },
  };
  const observed = { cluster, children: [], pods: [], servers: new Map(), isWithoutServiceAccounts };
  const { status } = sync(observed, new Date('2026-01-01T00:00:00Z'));
  return status.conditions?.find(({ type }) => type === 'SpecValid')?.message;
}

test('the status says so where the spec has users that the operator makes none of', () => {
  expect(specValid(true)).toBe(
    'The spec is valid; but spec.auth.enableServiceAccounts creates no users: the operator was installed without users that are ServiceAccounts (serviceAccounts.enabled: false)',
  );
  expect(specValid(false)).toBe('The spec is valid');
  expect(specValid(true, false)).toBe('The spec is valid');
});
