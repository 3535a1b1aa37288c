import { resolveTlsFiles } from '../../../../src/nats-cluster/spec/tls-files';

describe('resolveTlsFiles', () => {
  test('finds nothing where there is no Secret', () => {
    expect(resolveTlsFiles({ serverSecret: '' }, 'server', undefined)).toBeUndefined();
    expect(resolveTlsFiles({ serverSecret: 's' }, 'routes', undefined)).toBeUndefined();
  });

  test.each([
    ['server', '/etc/nats-server-tls-certs', 'server.pem', 'server-key.pem'],
    ['routes', '/etc/nats-routes-tls-certs', 'route.pem', 'route-key.pem'],
    ['gateway', '/etc/nats-gateways-tls-certs', 'server.pem', 'server-key.pem'],
    ['leafnode', '/etc/nats-leafnodes-tls-certs', 'server.pem', 'server-key.pem'],
    ['websocket', '/etc/nats-websocket-tls-certs', 'server.pem', 'server-key.pem'],
  ] as const)('finds the files of %s where the Go operator had them', (connection, folder, cert, key) => {
    expect(resolveTlsFiles({ [`${connection}Secret`]: 's' }, connection, { type: 'Opaque', keys: [] })).toStrictEqual({
      secret: 's',
      folder,
      ca: `${folder}/ca.pem`,
      cert: `${folder}/${cert}`,
      key: `${folder}/${key}`,
      timeout: undefined,
    });
  });

  test('goes by the keys that Kubernetes gives a TLS Secret', () => {
    const secret = { type: 'kubernetes.io/tls', keys: ['ca.crt', 'tls.crt', 'tls.key'] };
    expect(resolveTlsFiles({ routesSecret: 's', routesTLSTimeout: 0.5 }, 'routes', secret)).toMatchObject({
      ca: '/etc/nats-routes-tls-certs/ca.crt',
      cert: '/etc/nats-routes-tls-certs/tls.crt',
      key: '/etc/nats-routes-tls-certs/tls.key',
      timeout: 0.5,
    });
  });

  test('has no authority where a TLS Secret has none', () => {
    const secret = { type: 'kubernetes.io/tls', keys: ['tls.crt', 'tls.key'] };
    expect(resolveTlsFiles({ serverSecret: 's' }, 'server', secret)?.ca).toBeUndefined();
    expect(resolveTlsFiles({ serverSecret: 's', serverSecretCAFileName: 'my.pem' }, 'server', secret)?.ca).toBe(
      '/etc/nats-server-tls-certs/my.pem',
    );
  });

  test("takes the user's names, absolute paths too", () => {
    const tls = { gatewaySecret: 's', gatewaySecretCertFileName: 'a.pem', gatewaySecretKeyFileName: '/run/b.pem' };
    expect(resolveTlsFiles(tls, 'gateway', undefined)).toMatchObject({
      cert: '/etc/nats-gateways-tls-certs/a.pem',
      key: '/run/b.pem',
    });
  });
});
