import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { noSecrets } from '../../../../src/nats-cluster/secrets/secret-facts';
import { resolveCluster, type ResolvedCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { systemAccess } from '../../../../src/nats-cluster/jetstream/system-access';
import { secretOf } from '../../../fixtures/secret';

const key = { publicKey: 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ', seed: 'SU' };
const jetstream = { memoryStorage: { size: '64Mi' } };
const secrets = new Map([
  ['tls', secretOf({ 'ca.crt': 'CA', 'tls.crt': 'CERT', 'tls.key': 'KEY' }, 'kubernetes.io/tls')],
  ['public', secretOf({ 'tls.crt': 'CERT', 'tls.key': 'KEY' }, 'kubernetes.io/tls')],
]);

const modelOf = (spec: NatsClusterSpec): ResolvedCluster =>
  resolveCluster(
    { metadata: { name: 'c', namespace: 'n' }, spec: { size: 2, ...spec } },
    { ...noSecrets, contents: secrets, systemUserKey: key.publicKey },
  );

const servers = ['c.n.svc:4222', 'c-1.c-mgmt.n.svc:4222', 'c-2.c-mgmt.n.svc:4222'];

test.each<[string, NatsClusterSpec, object]>([
  ['without TLS, in plain text', {}, {}],
  ['with TLS, trusting its CA', { tls: { serverSecret: 'tls' } }, { tls: { ca: 'CA' } }],
  ['with a certificate of a public CA, trusting those', { tls: { serverSecret: 'public' } }, { tls: {} }],
  [
    'with a certificate, where servers ask for one',
    { tls: { serverSecret: 'tls', verify: true } },
    { tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } },
  ],
  [
    'with a certificate, where it is mapped to a user',
    { tls: { serverSecret: 'tls' }, auth: { tlsVerifyAndMap: true } },
    { tls: { ca: 'CA', cert: 'CERT', key: 'KEY' } },
  ],
])('connects %s', (_title, spec, tls) => {
  expect(systemAccess(modelOf({ jetstream, ...spec }), key, secrets)).toStrictEqual({ servers, seed: 'SU', ...tls });
});

test('connects to no cluster without JetStream, and says why not to others', () => {
  expect(systemAccess(modelOf({}), key, secrets)).toBeUndefined();
  expect(systemAccess(modelOf({ jetstream, operatorConfig: { secret: 's' } }), key, secrets)).toBe('OperatorMode');
  expect(systemAccess(modelOf({ jetstream }), undefined, secrets)).toBe('NoKey');
});
