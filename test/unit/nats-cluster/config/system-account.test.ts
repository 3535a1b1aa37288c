import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import type { Conf } from '../../../../src/nats/conf/conf';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { systemPermissions } from '../../../../src/nats-cluster/config/system-account';
import { noSecrets, type SecretFacts } from '../../../../src/nats-cluster/secrets/secret-facts';
import { resolveCluster, type ResolvedCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';

const KEY = 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ';
const jetstream = { memoryStorage: { size: '64Mi' } };

const withKey: Partial<SecretFacts> = { systemUserKey: KEY };

const modelOf = (spec: NatsClusterSpec, facts = withKey): ResolvedCluster =>
  resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, { ...noSecrets, ...facts });

const confOf = (...model: Parameters<typeof modelOf>): Conf => natsConf(modelOf(...model));

test('a cluster with JetStream has the user, with its permissions, in the system account', () => {
  const conf = confOf({ jetstream });
  // Running servers would not reload it.
  expect(conf).not.toHaveProperty('system_account');
  expect(conf).toMatchObject({
    accounts: {
      $SYS: { users: [{ nkey: KEY, permissions: { publish: systemPermissions.publish, subscribe: ['_INBOX.op.>'] } }] },
    },
  });
});

test.each<[string, NatsClusterSpec]>([
  ['without JetStream', {}],
  ['with JetStream by natsConfig.extra', { natsConfig: { extra: { jetstream: { store_dir: '/data' } } } }],
])('a cluster %s has none', (_title, spec) => {
  expect(modelOf(spec).systemUser).toBeUndefined();
  expect(confOf(spec)).toStrictEqual(confOf(spec, {}));
});

const clientUsers = { users: [], token: undefined, defaultPermissions: undefined, timeout: undefined };

test.each<[string, NatsClusterSpec, Partial<SecretFacts>]>([
  ['NoKey', {}, {}],
  ['OperatorMode', { operatorConfig: { secret: 's' } }, withKey],
  ['Token', { auth: { clientsAuthSecret: 's' } }, { ...withKey, clientUsers: { ...clientUsers, token: 't' } }],
  ['IncludedAuthorization', { auth: { clientsAuthFile: 'auth.conf' } }, withKey],
  ['TimeoutWithoutUsers', { auth: { clientsAuthTimeout: 3 } }, withKey],
  ['NoSystemAccount', { natsConfig: { extra: { No_Sys_Acc: true } } }, withKey],
])('%s is a reason for none', (reason, spec, facts) => {
  expect(modelOf({ jetstream, ...spec }, facts).systemUser).toStrictEqual({ kind: 'none', reason });
  expect(confOf({ jetstream, ...spec }, facts)).not.toHaveProperty('accounts');
});

test('a user that nobody can be is not without users', () => {
  const spec = { jetstream, auth: { clientsAuthSecret: 's', clientsAuthTimeout: 3 } };
  expect(modelOf(spec, { ...withKey, clientUsers }).systemUser).toStrictEqual({ kind: 'nkey', publicKey: KEY });
});
