import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { configFiles, revisionKey } from '../../../../src/nats-cluster/config/config-revisions';
import type { Conf } from '../../../../src/nats/conf/conf';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { noSecrets, type SecretFacts } from '../../../../src/nats-cluster/secrets/secret-facts';

const confOf = (spec: NatsClusterSpec, secrets: Partial<SecretFacts> = {}): Conf =>
  natsConf(
    resolveCluster(
      { metadata: { name: 'c', namespace: 'n' }, spec: { size: 1, ...spec } },
      { ...noSecrets, ...secrets },
    ),
  );
const printed = (conf: Conf): unknown => parseConf(printConf(conf));

const login = { username: 'u', password: 'p' };

describe('nats.conf', () => {
  test('has every section that the spec asks for, and none besides', () => {
    const conf = confOf(
      {
        tls: {
          serverSecret: 's',
          routesSecret: 'r',
          gatewaySecret: 'g',
          verify: true,
          enableHttps: true,
          cipherSuites: ['TLS_AES_128_GCM_SHA256'],
        },
        auth: { clusterAuthSecret: 'x', clusterAuthTimeout: 3, gatewayAuthSecret: 'y', clientsAuthTimeout: 4 },
        gatewayConfig: { name: 'c', gateways: [{ name: 'd', url: 'nats://d:7222' }] },
        leafnodeConfig: { hostPort: 7422 },
        websocketConfig: { port: 443 },
      },
      { clusterCredentials: login, gatewayCredentials: login },
    );
    const certs = (kind: string, name = 'server'): object => ({
      ca_file: `/etc/nats-${kind}-tls-certs/ca.pem`,
      cert_file: `/etc/nats-${kind}-tls-certs/${name}.pem`,
      key_file: `/etc/nats-${kind}-tls-certs/${name}-key.pem`,
    });
    expect(printed(conf)).toEqual({
      port: 4222,
      https_port: 8222,
      lame_duck_duration: '30s',
      // A server with both leaf nodes and gateways needs to be told.
      system_account: '$SYS',
      accounts: { $SYS: {} },
      tls: { ...certs('server'), verify: true, cipher_suites: ['TLS_AES_128_GCM_SHA256'] },
      authorization: { timeout: 4 },
      cluster: {
        name: 'c',
        port: 6222,
        authorization: { ...login, timeout: 3 },
        tls: certs('routes', 'route'),
        routes: ['nats://u:p@c-1.c-mgmt.n.svc:6222'],
      },
      gateway: {
        name: 'c',
        port: 7222,
        reject_unknown: false,
        authorization: login,
        tls: certs('gateways'),
        gateways: [{ name: 'd', urls: ['nats://d:7222'] }],
      },
      leafnodes: { port: 7422 },
      websocket: { port: 443, no_tls: true },
    });
  });

  test('has users with what they may do', () => {
    const users = [
      {
        username: 'a',
        password: 'p',
        permissions: { publish: ['x'], subscribe: { deny: ['y'] }, allowResponses: true },
      },
      { username: 'b', password: 'q', permissions: { allowResponses: { max: 1, expires: '5s' } } },
    ];
    const conf = confOf(
      { auth: { clientsAuthSecret: 's' } },
      { clientUsers: { users, defaultPermissions: { subscribe: ['z'] } } },
    );
    expect(printed(conf)).toMatchObject({
      authorization: {
        default_permissions: { subscribe: ['z'] },
        users: [
          {
            username: 'a',
            password: 'p',
            permissions: { publish: ['x'], subscribe: { deny: ['y'] }, allow_responses: true },
          },
          { username: 'b', password: 'q', permissions: { allow_responses: { max: 1, expires: '5s' } } },
        ],
      },
    });
  });

  test('includes the file with users', () => {
    const text = printConf(confOf({ auth: { clientsAuthFile: '/etc/nats-config/clients/auth.conf' } }));
    expect(text).toContain('"authorization": {\n    include "clients/auth.conf"\n  }');
  });

  test('includes what bootconfig has found out of the node', () => {
    const leafnodeConfig = { hostPort: 7422 };
    const text = printConf(
      confOf({ pod: { advertiseExternalIP: true }, gatewayConfig: { name: 'c' }, leafnodeConfig }),
    );
    expect(text).toMatch(/^\{\n {2}include "advertise\/client_advertise.conf",\n/);
    expect(text).toContain('"gateway": {\n    include "advertise/gateway_advertise.conf",\n');
    expect(text).toContain('"leafnodes": {\n    include "advertise/gateway_advertise.conf",\n');
  });

  test('names the operator and where its accounts are', () => {
    const operatorConfig = { secret: 's', systemAccount: 'A', resolver: 'MEMORY', resolverPreload: { A: 'jwt' } };
    expect(printed(confOf({ operatorConfig }))).toMatchObject({
      operator: '/etc/nats-operator/op.jwt',
      system_account: 'A',
      resolver: 'MEMORY',
      resolver_preload: { A: 'jwt' },
    });
  });
});

describe('a generation of restarts', () => {
  const guarded = (password: string): Conf =>
    confOf(
      { auth: { clientsAuthSecret: 's' } },
      { clientUsers: { users: [{ username: 'a', password }], defaultPermissions: undefined } },
    );

  test('ends with a changed user only where nothing signals the servers to reload', () => {
    expect(revisionKey(guarded('old'))).not.toBe(revisionKey(guarded('new')));
    expect(revisionKey(guarded('old'), true)).toBe(revisionKey(guarded('new'), true));
    expect(revisionKey(confOf({}), true)).not.toBe(revisionKey(guarded('new'), true));
  });

  test.each<[string, NatsClusterSpec, NatsClusterSpec, boolean]>([
    ['limits', { natsConfig: { maxPayload: 1 } }, { natsConfig: { maxPayload: 2 } }, true],
    ['what is buffered', { natsConfig: { maxPending: 1 } }, { natsConfig: { maxPending: 2 } }, false],
    ['the lame duck time', {}, { lameDuckDurationSeconds: 60 }, false],
    ['logging', {}, { natsConfig: { debug: true } }, true],
    [
      'the check of client certificates',
      { tls: { serverSecret: 's' } },
      { tls: { serverSecret: 's', verify: true } },
      true,
    ],
    ['TLS itself', {}, { tls: { serverSecret: 's' } }, false],
    ['gateways', { gatewayConfig: { name: 'c' } }, { gatewayConfig: { name: 'c', rejectUnknown: true } }, false],
    ['the size', { size: 1 }, { size: 3 }, true],
  ])('with a reloader knows whether %s need a restart', (_title, before, after, isLive) => {
    expect(revisionKey(confOf(before), true) === revisionKey(confOf(after), true)).toBe(isLive);
  });

  test('that is older gets the users of today', () => {
    const files = configFiles(guarded('new'), { 'nats-0.conf': printConf({ ...guarded('old'), max_pending: 7 }) });
    expect(parseConf(files['nats-0.conf'] ?? '')).toMatchObject({
      max_pending: 7,
      authorization: { users: [{ username: 'a', password: 'new' }] },
    });
  });

  test('that is older gets users for its token, or for the one user that the Go operator wrote without a list', () => {
    const single = { authorization: { username: 'a', password: 'old', token: 'old', timeout: 9 } };
    const files = configFiles(guarded('new'), { 'nats-0.conf': printConf(single) });
    expect(parseConf(files['nats-0.conf'] ?? '')).toEqual({
      authorization: { users: [{ username: 'a', password: 'new' }] },
    });
  });

  test('that is older gets the token of today', () => {
    const token = { clientUsers: { users: [], token: 'new', defaultPermissions: undefined } };
    const desired = confOf({ auth: { clientsAuthSecret: 's' } }, token);
    const files = configFiles(desired, { 'nats-0.conf': printConf(guarded('old')) });
    expect(parseConf(files['nats-0.conf'] ?? '')?.authorization).toEqual({ token: 'new' });
  });

  test('that is older never loses its users to a successor that has none', () => {
    const files = configFiles(confOf({ operatorConfig: { secret: 's' } }), {
      'nats-0.conf': printConf(guarded('old')),
    });
    expect(parseConf(files['nats-0.conf'] ?? '')).toMatchObject({ authorization: { users: [{ password: 'old' }] } });
  });

  test('that is older keeps routes with the credentials that its own servers require', () => {
    const [before, after] = ['old', 'new'].map(password =>
      confOf({ auth: { clusterAuthSecret: 's' }, size: 2 }, { clusterCredentials: { username: 'u', password } }),
    );
    const files = configFiles(after ?? {}, { 'nats-0.conf': printConf(before ?? {}) });
    expect(files['nats-0.conf']).toContain('u:old@c-2.');
    expect(files['nats-0.conf']).not.toContain('new');
  });
});
