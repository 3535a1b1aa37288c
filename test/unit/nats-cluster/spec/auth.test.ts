import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { resolveAuth } from '../../../../src/nats-cluster/spec/auth';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { isPublicNkey } from '../../../../src/nats/nkey';
import { noSecrets } from '../../../../src/nats-cluster/secrets/secret-facts';

const clientUsers = { users: [{ username: 'a', password: 'p' }], defaultPermissions: { publish: ['x'] } };
const serviceUser = (username: string): { username: string; password: string; permissions: object } => ({
  username,
  password: 'token',
  permissions: { subscribe: ['y'] },
});

describe('who may connect', () => {
  test('is everybody where nothing is said', () => {
    expect(resolveAuth({}, undefined)).toMatchObject({ users: undefined, include: undefined, timeout: undefined });
  });

  test('are the users of the Secret and of the roles, of whom no two have one name', () => {
    const auth = { clientsAuthSecret: 's', enableServiceAccounts: true };
    const { users } = resolveAuth(auth, clientUsers, [serviceUser('a'), serviceUser('b')]);
    expect(users).toEqual([{ username: 'a', password: 'p' }, serviceUser('b')]);
  });

  test('has no user, rather than all, while the list of users is empty', () => {
    const { users } = resolveAuth({ enableServiceAccounts: true }, undefined, []);
    expect(users).toHaveLength(1);
    expect(isPublicNkey(users?.[0]?.nkey ?? '', 'U')).toBe(true);
  });

  test.each([
    ['/etc/nats-config/clients/auth.conf', 'clients/auth.conf'],
    ['clients/auth.conf', 'clients/auth.conf'],
    ['/var/users.conf', '../../var/users.conf'],
  ])('comes from the file %s by its path from nats.conf', (clientsAuthFile, include) => {
    expect(resolveAuth({ clientsAuthFile }, undefined)).toMatchObject({ users: undefined, include });
  });
});

describe('the routes', () => {
  const routes = (spec: NatsClusterSpec): readonly string[] =>
    resolveCluster(
      { metadata: { name: 'c', namespace: 'n' }, spec: { size: 1, ...spec } },
      { ...noSecrets, clusterCredentials: { username: 'us er', password: "p@ss/w:o%r'd" } },
    ).routes;

  test('carry the credentials that servers require, unless a URL has its own', () => {
    const extraRoutes = [{ cluster: 'd' }, { route: 'nats://x:y@other:6222' }, { route: 'tls://third:6222' }];
    expect(routes({ extraRoutes })).toEqual([
      'nats://us%20er:p%40ss%2Fw%3Ao%25r%27d@c-1.c-mgmt.n.svc:6222',
      'nats://us%20er:p%40ss%2Fw%3Ao%25r%27d@d-mgmt:6222',
      'nats://x:y@other:6222',
      'tls://us%20er:p%40ss%2Fw%3Ao%25r%27d@third:6222',
    ]);
  });
});

describe('the digest of mounted Secrets', () => {
  const digest = (spec: NatsClusterSpec, key: string): string | undefined => {
    const contents = new Map([['s', { data: { 'tls.key': key } }]]);
    return resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, { ...noSecrets, contents }).secretsDigest;
  };

  test('changes with a certificate only where nothing signals the servers to reload', () => {
    const tls = { serverSecret: 's' };
    expect(digest({ tls }, 'old')).not.toBe(digest({ tls }, 'new'));
    expect(digest({ tls, pod: { enableConfigReload: true } }, 'old')).toBeUndefined();
    expect(digest({}, 'old')).toBeUndefined();
  });

  test("changes with an operator's JWT in any case: servers read it only when they start", () => {
    const spec = { operatorConfig: { secret: 's' }, pod: { enableConfigReload: true } };
    expect(digest(spec, 'old')).not.toBe(digest(spec, 'new'));
  });
});
