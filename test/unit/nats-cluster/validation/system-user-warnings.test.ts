import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { systemUserWarnings } from '../../../../src/nats-cluster/validation/system-user-warnings';

const jetstream = { memoryStorage: { size: '64Mi' } };

test.each<[string, NatsClusterSpec, NatsClusterSpec | undefined]>([
  ['one with JetStream and without users is created', { jetstream }, undefined],
  ['one without users gets JetStream', { jetstream }, {}],
  ['the users of one with JetStream are removed', { jetstream }, { jetstream, auth: { clientsAuthSecret: 's' } }],
])('warns of rejected credentials when %s', (_title, spec, old) => {
  expect(systemUserWarnings({ spec }, old && { spec: old })).toEqual([
    expect.stringContaining('reject clients that send credentials'),
  ]);
});

test.each<[string, NatsClusterSpec, NatsClusterSpec | undefined]>([
  ['has no JetStream', {}, undefined],
  ['had it before', { jetstream, size: 5 }, { jetstream, size: 3 }],
  ['has users', { jetstream, auth: { clientsAuthSecret: 's' } }, undefined],
  ['has users that are ServiceAccounts', { jetstream, auth: { enableServiceAccounts: true } }, undefined],
  ['cannot have the user', { jetstream, operatorConfig: { secret: 's' } }, undefined],
])('does not warn of a cluster that %s', (_title, spec, old) => {
  expect(systemUserWarnings({ spec }, old && { spec: old })).toEqual([]);
});
