import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { parseConf } from '../../../../src/nats/conf/parse';
import { withoutTlsCopies } from '../../../../src/nats-cluster/config/tls-copies';
import { findChild } from '../../../../src/nats-cluster/child';
import type { Child } from '../../../../src/nats-cluster/children';
import type { Observed, ServerReport } from '../../../../src/nats-cluster/observed';
import type { SecretContent } from '../../../../src/kubernetes/secret-content';
import type { ServiceUser } from '../../../../src/nats-cluster/spec/service-user';
import type { PatchPodMetadataAction } from '../../../../src/nats-cluster/action';
import { sync, type SyncResult } from '../../../../src/nats-cluster/sync';
import { makeAuthority, makeIdentity } from '../../../fixtures/certificates';
import { ownPodLabels } from '../../../fixtures/own-pod';
import { secretOf } from '../../../fixtures/secret';

const DAY = 86_400_000;
// Certificates are made after this file is read.
const NOW = new Date(Date.now() + DAY / 24);
const LATER = new Date(NOW.getTime() + 60 * DAY);

interface User {
  readonly username: string;
  readonly password: string;
  readonly permissions?: object;
}

const alice: User = { username: 'alice', password: 'a', permissions: { publish: ['>'], subscribe: ['>'] } };
const mallory: User = { username: 'mallory', password: 'm' };
const orders: ServiceUser = { username: 'orders', password: 'token', permissions: { publish: ['orders.>'] } };

const usersOf = (...users: readonly object[]): string => JSON.stringify({ users });

interface ClusterCache {
  readonly spec: NatsClusterSpec;
  readonly secrets: ReadonlyMap<string, SecretContent | undefined>;
  readonly serviceUsers: readonly ServiceUser[];
  readonly children?: readonly Child[];
  readonly status?: SyncResult['status'];
  readonly pods?: Observed['pods'];
  readonly servers?: Observed['servers'];
}

const observe = ({ spec, status, children = [], pods = [], servers = new Map(), ...read }: ClusterCache): Observed => ({
  cluster: {
    metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
    spec,
    ...(status === undefined ? {} : { status }),
  },
  ...{ children, pods, servers, ...read },
});

const applied = ({ actions }: SyncResult): Child[] =>
  actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));

/** The world after a sync has been carried out. */
function after(world: ClusterCache, result: SyncResult): ClusterCache {
  const written = applied(result);
  const ids = written.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
  const others = (world.children ?? []).filter(({ kind, metadata }) => !ids.includes(`${kind}/${metadata.name}`));
  return { ...world, children: [...others, ...written], status: { ...result.status, currentVersion: '2.15.2' } };
}

/** The users of every file that a server may start from, by the file's name. */
function usersIn({ children = [] }: ClusterCache): Record<string, unknown> {
  const { data = {} } = findChild(children, 'Secret', 'c') ?? {};
  const confs = Object.entries(data).map(([key, value]) => [key, parseConf(Buffer.from(value, 'base64').toString())]);
  return Object.fromEntries(
    confs.flatMap(([key, conf]) => {
      const { authorization } = (conf ?? {}) as { authorization?: { users?: unknown } };
      return conf === undefined ? [] : [[key, authorization?.users]];
    }),
  ) as Record<string, unknown>;
}

const userIn = (world: ClusterCache, username: string): unknown[] =>
  Object.values(usersIn(world)).map(users => (users as User[]).find(user => user.username === username));

let websocket: SecretContent;
let routes: SecretContent;

beforeAll(async () => {
  const authority = await makeAuthority();
  const [short, peer] = await Promise.all([
    makeIdentity({ names: ['DNS:c.n.svc'], days: 20 }, authority),
    makeIdentity({ names: ['DNS:*.c-mgmt.n.svc'], days: 300 }, authority),
  ]);
  const secret = ({ cert, key }: { cert: string; key: string }): SecretContent =>
    secretOf({ 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key }, 'kubernetes.io/tls');
  [websocket, routes] = [secret(short), secret(peer)];
}, 30_000);

/** A cluster that runs with alice, mallory and the service account orders. */
function running(): ClusterCache {
  const world: ClusterCache = {
    spec: {
      size: 3,
      version: '2.15.2',
      tls: { websocketSecret: 'websocket', routesSecret: 'routes' },
      auth: { clientsAuthSecret: 'users', gatewayAuthSecret: 'gateway', enableServiceAccounts: true },
      websocketConfig: { port: 8443 },
      gatewayConfig: { name: 'c', hostPort: 7522 },
      pod: { enableConfigReload: true },
    },
    secrets: new Map([
      ['users', secretOf({ 'a.json': usersOf(alice, mallory) })],
      ['gateway', secretOf({ a: '{"username": "g", "password": "p"}' })],
      ['websocket', websocket],
      ['routes', routes],
    ]),
    serviceUsers: [orders],
  };
  const first = sync(observe(world), NOW);
  expect(first.status.conditions?.filter(({ type, status }) => type.endsWith('Valid') && status !== 'True')).toEqual(
    [],
  );
  const made = after(world, first);
  expect(Object.keys(usersIn(made))).toHaveLength(2);
  expect(userIn(made, 'mallory')).not.toContain(undefined);
  return made;
}

const withSecret = (world: ClusterCache, name: string, secret: SecretContent | undefined): ClusterCache => ({
  ...world,
  secrets: new Map([...world.secrets, [name, secret]]),
});

const withUsers = (world: ClusterCache, texts: Record<string, string>): ClusterCache =>
  withSecret(world, 'users', secretOf(texts));

/** With a server in each pod that shows to run with an earlier configuration. */
function withServers(world: ClusterCache, annotations: Record<string, string | null> = {}): ClusterCache {
  const template = findChild(world.children ?? [], 'StatefulSet', 'c')?.spec?.template;
  const config = { loadedAt: NOW, digest: 'sha256:old', certificates: new Map() };
  const report: ServerReport = { answered: true, serverId: 'S', routedTo: new Set(), config };
  const pods = [1, 2, 3].map(ordinal => ({
    metadata: { name: `c-${ordinal}`, uid: `p${ordinal}`, labels: ownPodLabels(`c-${ordinal}`), annotations },
    ...{ spec: template?.spec, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
  })) as unknown as Observed['pods'];
  return { ...world, pods, servers: new Map(pods.map(({ metadata }) => [metadata?.name ?? '', report])) };
}

/** What may be wrong with a cluster that has nothing to do with its users. */
const faults: [string, (world: ClusterCache) => { world: ClusterCache; now: Date }][] = [
  ['a websocket certificate that has expired', world => ({ world, now: LATER })],
  [
    'a broken Secret of routes',
    world => ({ world: withSecret(world, 'routes', secretOf({ 'tls.crt': 'x' })), now: NOW }),
  ],
  ['a TLS Secret that is missing', world => ({ world: withSecret(world, 'websocket', undefined), now: NOW })],
  ['a spec that is invalid', world => ({ world: { ...world, spec: { ...world.spec, size: 0 } }, now: NOW })],
  [
    'an operator, besides its users, whose JWT is broken',
    world => {
      const spec = { ...world.spec, operatorConfig: { secret: 'operator' } };
      return { world: { ...withSecret(world, 'operator', secretOf({ 'op.jwt': 'x' })), spec }, now: NOW };
    },
  ],
  ['a broken login of gateways', world => ({ world: withSecret(world, 'gateway', secretOf({ a: '{' })), now: NOW })],
  [
    'a configuration that is too large',
    world => {
      const server_tags = Array.from({ length: 40_000 }, (_, index) => `tag-${index}-of-many`);
      const natsConfig = { extra: { server_tags } };
      return { world: { ...world, spec: { ...world.spec, natsConfig } }, now: NOW };
    },
  ],
  [
    'a Service that belongs to somebody else',
    world => {
      const owner = { apiVersion: 'v1', kind: 'Deployment', name: 'web', uid: 'other', controller: true };
      const children = (world.children ?? []).map(child =>
        child.kind === 'Service' ? { ...child, metadata: { ...child.metadata, ownerReferences: [owner] } } : child,
      );
      return { world: { ...world, children }, now: NOW };
    },
  ],
];

describe.each(faults)('with %s', (_title, fail) => {
  const follow = (
    change: (world: ClusterCache) => ClusterCache,
  ): { before: ClusterCache; next: ClusterCache; result: SyncResult } => {
    const before = running();
    const { world, now } = fail(change(before));
    const result = sync(observe(world), now);
    return { before, next: after(world, result), result };
  };

  test('a user who is taken out is out of every file', () => {
    const { next, before } = follow(world => withUsers(world, { 'a.json': usersOf(alice) }));
    expect(userIn(next, 'mallory')).toEqual([undefined, undefined]);
    expect(userIn(next, 'alice')).toEqual(userIn(before, 'alice'));
    expect(userIn(next, 'orders')).toEqual(userIn(before, 'orders'));
  });

  test('changed permissions are in every file', () => {
    const permissions = { publish: [], subscribe: ['a'] };
    const { next } = follow(world => withUsers(world, { 'a.json': usersOf({ ...alice, permissions }, mallory) }));
    const user = { ...alice, permissions: { publish: { deny: ['>'] }, subscribe: ['a'] } };
    expect(userIn(next, 'alice')).toEqual([user, user]);
  });

  test('the account of a role that is gone is out of every file, and of one that has changed does what it says', () => {
    const gone = follow(world => ({ ...world, serviceUsers: [] }));
    expect(userIn(gone.next, 'orders')).toEqual([undefined, undefined]);
    expect(userIn(gone.next, 'mallory')).not.toContain(undefined);
    const changed = follow(world => ({ ...world, serviceUsers: [{ ...orders, permissions: { publish: [] } }] }));
    const user = { username: 'orders', password: 'token', permissions: { publish: { deny: ['>'] } } };
    expect(userIn(changed.next, 'orders')).toEqual([user, user]);
  });

  test('nothing else changes, and nothing is written twice', () => {
    const { before, next, result } = follow(world => withUsers(world, { 'a.json': usersOf(alice) }));
    const rest = (world: ClusterCache): unknown =>
      Object.entries(findChild(world.children ?? [], 'Secret', 'c')?.data ?? {}).map(([key, value]) => {
        const conf = parseConf(Buffer.from(value, 'base64').toString()) ?? {};
        return [key, { ...withoutTlsCopies(conf), authorization: undefined }];
      });
    expect(rest(next)).toEqual(rest(before));
    expect(applied(result).map(({ kind }) => kind)).toEqual(['Secret']);
    const { world, now } = fail(next);
    expect(applied(sync(observe(world), now))).toEqual([]);
  });

  test('nothing is written where the cluster is paused', () => {
    const paused = follow(world => ({
      ...withUsers(world, { 'a.json': usersOf(alice) }),
      spec: { ...world.spec, paused: true },
    }));
    expect(paused.result.actions).toEqual([]);
  });

  test('the servers reload it at once', () => {
    const { world: broken, now } = fail(withServers(withUsers(running(), { 'a.json': usersOf(alice) })));
    const { actions, status } = sync(observe(broken), now);
    const marks = actions.filter((action): action is PatchPodMetadataAction => action.type === 'mark-pod');
    expect(marks.map(({ pod }) => pod.name)).toEqual(['c-1', 'c-2', 'c-3']);
    expect(actions.findIndex(({ type }) => type === 'apply')).toBeLessThan(
      actions.findIndex(({ type }) => type === 'mark-pod'),
    );
    expect(JSON.stringify(status)).not.toContain('mallory');
  });
});

describe('a server that reloads while a TLS Secret is damaged', () => {
  const mounted = '/etc/nats-websocket-tls-certs';
  const filesOf = (world: ClusterCache): unknown[] =>
    textsIn(world, /^nats.*[.]conf$/).map(text => (parseConf(text)?.websocket as { tls: unknown }).tls);
  const textsIn = ({ children = [] }: ClusterCache, keys: RegExp): string[] =>
    Object.entries(findChild(children, 'Secret', 'c')?.data ?? {})
      .filter(([key]) => keys.test(key))
      .map(([, value]) => Buffer.from(value, 'base64').toString());
  const next = (world: ClusterCache, now = NOW): ClusterCache => after(world, sync(observe(world), now));
  const good = { ca_file: `${mounted}/ca.crt`, cert_file: `${mounted}/tls.crt`, key_file: `${mounted}/tls.key` };
  const copy = {
    ca_file: '/etc/nats-config/tls-websocket-ca.crt',
    cert_file: '/etc/nats-config/tls-websocket-tls.crt',
    key_file: '/etc/nats-config/tls-websocket-tls.key',
  };
  const damages: [string, () => SecretContent | undefined][] = [
    ['has a key that can not be read', () => damagedSecret({ 'tls.key': 'x' })],
    ['has a certificate cut off', () => damagedSecret({ 'tls.crt': '-----BEGIN CERTIFICATE-----' })],
    ['lacks its certificate', () => damagedSecret({ 'tls.crt': undefined })],
    ['is not there', () => undefined],
  ];
  const damagedSecret = (texts: Record<string, string | undefined>): SecretContent => {
    const change = Object.entries(texts).map(([key, text]) => [key, text && Buffer.from(text).toString('base64')]);
    const all = { ...websocket.data, ...(Object.fromEntries(change) as Record<string, string>) };
    return { ...websocket, data: Object.fromEntries(Object.entries(all).filter(([, text]) => text)) };
  };

  test.each(damages)('finds the last good copy of one that %s, and its own files once it is repaired', (_, damage) => {
    const world = running();
    expect(filesOf(world)).toEqual([good, good]);
    const broken = next(withUsers(withSecret(world, 'websocket', damage()), { 'a.json': usersOf(alice) }));
    expect(filesOf(broken)).toEqual([copy, copy]);
    expect(userIn(broken, 'mallory')).toEqual([undefined, undefined]);
    expect(textsIn(broken, /^tls-websocket-/)).toEqual(textsIn(world, /^tls-websocket-/));
    expect(applied(sync(observe(broken), NOW))).toEqual([]);
    const invalid = next({ ...broken, spec: { ...broken.spec, size: 0 } });
    expect(filesOf(invalid)).toEqual([copy, copy]);
    const repaired = next(withSecret(broken, 'websocket', websocket));
    expect(filesOf(repaired)).toEqual([good, good]);
  });

  test('keeps the files of connections whose Secrets are good, and those that have only expired', () => {
    const world = next(withSecret(running(), 'routes', undefined), LATER);
    expect(filesOf(world)).toEqual([good, good]);
  });

  test('is said to reject its reloads where there is no copy that it could load', () => {
    const withoutCopies = (world: ClusterCache): ClusterCache => ({
      ...world,
      children: (world.children ?? []).map(child =>
        child.kind === 'Secret'
          ? {
              ...child,
              data: Object.fromEntries(Object.entries(child.data ?? {}).filter(([key]) => !key.startsWith('tls-'))),
            }
          : child,
      ),
    });
    const world = withServers(withoutCopies(withSecret(running(), 'websocket', damagedSecret({ 'tls.key': 'x' }))));
    const told = sync(observe(world), NOW);
    const [mark] = told.actions.filter((action): action is PatchPodMetadataAction => action.type === 'mark-pod');
    const later = new Date(NOW.getTime() + 40_000);
    const { status } = sync(observe(withServers(after(world, told), mark?.annotations)), later);
    expect(status.conditions?.find(({ type }) => type === 'ConfigApplied')).toMatchObject({
      reason: 'ReloadFailed',
      message:
        "c-1 runs with its previous configuration, and rejects a reload while it can't load its TLS files: " +
        'spec.tls.websocketSecret: Secret "websocket", key "tls.key" contains no private key in PEM format',
    });
  });

  test('does without a copy where the configuration Secret has no room for it, or nothing reloads servers', () => {
    const bundle = 'x'.repeat(1_048_576);
    const long = { ...websocket, data: { ...websocket.data, 'ca.crt': encode(`${decode(websocket)}\n${bundle}`) } };
    expect(textsIn(next(withSecret(running(), 'websocket', long)), /^tls-/)).toHaveLength(0);
    const world = running();
    expect(textsIn(next({ ...world, spec: { ...world.spec, pod: {} } }), /^tls-/)).toHaveLength(0);
  });
  const encode = (text: string): string => Buffer.from(text).toString('base64');
  const decode = ({ data = {} }: SecretContent): string => Buffer.from(data['ca.crt'] ?? '', 'base64').toString();
});

test('a new user waits while the configuration has no room, and a removed one does not', () => {
  const world = running();
  const many = Array.from({ length: 12_000 }, (_, index) => ({ username: `user-${index}`, password: 'p'.repeat(30) }));
  const crowded = withUsers(world, { 'a.json': usersOf(alice, ...many) });
  const result = sync(observe(crowded), NOW);
  const next = after(crowded, result);
  expect(userIn(next, 'mallory')).toEqual([undefined, undefined]);
  expect(userIn(next, 'alice')).not.toContain(undefined);
  expect(userIn(next, 'user-7')).toEqual([undefined, undefined]);
  expect(result.status.reason).toMatch(
    /^Secret\/c would have \d+ bytes in 3 files, and a Secret may have 1048576 at most/,
  );
});

test('a configuration that leaves little room for a roll is warned of, whether servers are replaced or not', () => {
  const world = running();
  const users = (count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({ username: `user-${index}`, password: 'p'.repeat(30) }));
  const check = (count: number): { reason?: string; message?: string } => {
    const crowded = withUsers(world, { 'a.json': usersOf(alice, ...users(count)) });
    const { status } = sync(observe(crowded), NOW);
    return status.conditions?.find(({ type }) => type === 'SecretsValid') ?? {};
  };
  expect(check(100).reason).toBe('Valid');
  const full = check(3_000);
  expect(full).toMatchObject({ status: 'True', reason: 'Warning' });
  expect(full.message).toMatch(/^spec: Secret "c" of nats[.]conf takes \d+ bytes while servers are replaced, 3 copies/);
});

describe("while the users' own Secret is broken", () => {
  const next = (world: ClusterCache, texts: Record<string, string>): ClusterCache => {
    const broken = withUsers(world, texts);
    return after(broken, sync(observe(broken), NOW));
  };
  const names = (world: ClusterCache): unknown[] =>
    Object.values(usersIn(world)).map(users => (users as User[]).map(user => user.username));

  test('a removed user is removed, the invalid one stays unchanged, and none is added', () => {
    const bad = { ...alice, permissions: { publish: ['a..b'] } };
    const found = next(running(), { 'a.json': usersOf(bad, { username: 'new', password: 'n' }) });
    expect(names(found)).toEqual([
      ['alice', 'orders'],
      ['alice', 'orders'],
    ]);
    expect(userIn(found, 'alice')).toEqual([alice, alice]);
  });

  test('a user who is taken out of one value is out, and those of a value that can not be read stay', () => {
    const two = next(running(), {
      'a.json': usersOf(alice, mallory),
      'b.json': usersOf({ username: 'bob', password: 'b' }),
    });
    const found = next(two, { 'a.json': usersOf(alice), 'b.json': '{"users": [' });
    expect(names(found)).toEqual([
      ['alice', 'bob', 'orders'],
      ['alice', 'bob', 'orders'],
    ]);
    const again = next(found, { 'a.json': usersOf({ username: 'new', password: 'n' }), 'b.json': 'oops' });
    expect(names(again)).toEqual([
      ['bob', 'orders'],
      ['bob', 'orders'],
    ]);
  });

  test.each<[string, Record<string, string>]>([
    ['can not be read', { 'a.json': 'oops' }],
    ['has another list beside the one of users', { 'a.json': '{"user": [], "users": []}' }],
    ['has a user without a name', { 'a.json': '{"users": [{"usrname": "alice"}]}' }],
    ['is empty', {}],
  ])('one that %s takes nobody out', (_title, texts) => {
    expect(names(next(running(), texts))).toEqual([
      ['alice', 'mallory', 'orders'],
      ['alice', 'mallory', 'orders'],
    ]);
  });

  test('a role that is gone takes its account out, also where the Secret is gone as well', () => {
    const world = { ...withSecret(running(), 'users', undefined), serviceUsers: [] };
    expect(names(after(world, sync(observe(world), NOW)))).toEqual([
      ['alice', 'mallory'],
      ['alice', 'mallory'],
    ]);
  });

  test('a spec without readable users removes only accounts of roles', () => {
    const world = running();
    const spec = { ...world.spec, auth: null } as unknown as NatsClusterSpec;
    const broken = { ...world, spec, serviceUsers: [] };
    expect(names(after(broken, sync(observe(broken), NOW)))).toEqual([
      ['alice', 'mallory'],
      ['alice', 'mallory'],
    ]);
  });

  test('an empty list of users accepts no user', () => {
    const world = { ...running(), serviceUsers: [] };
    const found = next(world, { 'a.json': '{"users": [], "timeout": "soon"}' });
    expect(usersIn(found)['nats.conf']).toEqual([{ nkey: expect.stringMatching(/^U/) as string }]);
  });
});
