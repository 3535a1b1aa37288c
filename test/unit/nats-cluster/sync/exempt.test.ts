import { sync } from '../../../../src/nats-cluster/sync';

/** What the status says of the spec of a new cluster, where the webhooks have been asked about it and where not. */
function specValid(isExempt: boolean): string {
  const { status } = sync(
    {
      cluster: {
        metadata: { name: 'c', namespace: 'nats-io', uid: 'u', generation: 1 },
        spec: { size: 1, version: '2.15.2' },
      },
      children: [],
      pods: [],
      servers: new Map(),
      isExempt,
    },
    new Date('2026-01-01T00:00:00Z'),
  );
  const found = status.conditions?.find(({ type }) => type === 'SpecValid');
  return `${found?.status} ${found?.reason}: ${found?.message}`;
}

test('the status says so where the webhooks leave out the namespace of a cluster', () => {
  expect(specValid(true)).toMatch(/^True Valid: .* exclude this namespace: mistakes are not rejected/);
  expect(specValid(false)).toBe('True Valid: The spec is valid');
});
