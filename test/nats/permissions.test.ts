import fc from 'fast-check';
import { once } from 'node:events';
import { connect as dial } from 'node:net';
import { createInterface } from 'node:readline';
import type { SubjectRules } from '../../generated/nats-service-role';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import type { Conf } from '../../src/nats/conf/conf';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import type { UserPermissions } from '../../src/nats/user';
import { validateSecrets } from '../../src/nats-cluster/secrets/validate-secrets';
import { waitFor } from '../cluster/support/wait-for';
import { secretOf } from '../fixtures/secret';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { ask, confOf, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

/** What somebody writes, into a Secret or a NatsServiceRole. */
interface AskedUser {
  readonly permissions: UserPermissions | undefined;
  /** By a NatsServiceRole rather than by the Secret. */
  readonly isAccount: boolean;
}

const token = fc.constantFrom('a', 'b', '*');
const subject = fc
  .tuple(fc.array(token, { minLength: 1, maxLength: 2 }), fc.boolean())
  .map(([tokens, isOpen]) => [...tokens, ...(isOpen ? ['>'] : [])].join('.'));
const pattern = fc.oneof(subject, fc.constant('>'));
const list = fc.array(pattern, { maxLength: 2 });
const rules: fc.Arbitrary<SubjectRules> = fc.oneof(list, fc.record({ allow: list, deny: list }, { requiredKeys: [] }));
const permissions: fc.Arbitrary<UserPermissions> = fc.record(
  { publish: rules, subscribe: rules },
  { requiredKeys: [] },
);
const user: fc.Arbitrary<AskedUser> = fc.oneof(
  fc.record({ permissions: fc.option(permissions, { nil: undefined }), isAccount: fc.constant(false) }),
  fc.record({ permissions, isAccount: fc.constant(true) }),
);

/** Every literal subject that the patterns above tell apart. */
const probes = ['a', 'b', 'c', 'a.a', 'a.b', 'b.a', 'c.c', 'a.b.c', 'a.b.c.d', '$SYS.REQ'];

/** By the words of docs/auth.md: what is absent is not restricted, a list allows those and no others, and what is denied is denied. */
function mayUse(asked: SubjectRules | undefined, name: string): boolean {
  const { allow, deny } = Array.isArray(asked) ? { allow: asked, deny: undefined } : (asked ?? {});
  return (allow?.some(one => covers(one, name)) ?? true) && !(deny?.some(one => covers(one, name)) ?? false);
}

const covers = (one: string, name: string): boolean =>
  new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '[^.]+').replace(/>$/, '.+')}$`).test(name);

const nameOf = (index: number): string => `user-${index}`;

function confWith(version: string, users: readonly AskedUser[], defaults: UserPermissions | undefined): Conf {
  // A busy machine may take longer to log twelve clients in than servers wait by default.
  const auth = { clientsAuthSecret: 's', clientsAuthTimeout: 30, enableServiceAccounts: true };
  const spec = { version, size: 1, auth };
  const named = users.flatMap(({ permissions: asked, isAccount }, index) =>
    isAccount ? [] : [{ username: nameOf(index), password: 'p', ...(asked && { permissions: asked }) }],
  );
  const text = JSON.stringify({ users: named, ...(defaults && { default_permissions: defaults }) });
  const contents = new Map([['s', secretOf({ 'a.json': text })]]);
  const { facts, problems } = validateSecrets({ name: 'c', namespace: 'n', spec }, contents, new Date());
  expect(problems).toEqual([]);
  const accounts = users.flatMap(({ permissions: asked, isAccount }, index) =>
    isAccount ? [{ username: nameOf(index), password: 'p', permissions: asked ?? {} }] : [],
  );
  return natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, facts, accounts));
}

/** The subjects, of the probes, that a user may publish and subscribe to: what the server itself says, in NATS' own protocol. */
async function tryAll(server: RunningServer, username: string): Promise<{ publish: string[]; subscribe: string[] }> {
  const [host = '', port = ''] = server.client.split(':');
  const socket = dial({ host, port: Number(port) });
  await once(socket, 'connect');
  const options = { verbose: false, user: username, pass: 'p' };
  const lines = [
    `CONNECT ${JSON.stringify(options)}`,
    ...probes.flatMap(probe => [`PUB ${probe} 0`, '']),
    ...probes.flatMap((probe, index) => [`SUB ${probe} ${index}`, `SUB ${probe} group q${index}`]),
    'PING',
  ];
  socket.write(lines.map(line => `${line}\r\n`).join(''));
  const said: string[] = [];
  for await (const line of createInterface({ input: socket })) {
    said.push(line);
    if (line === 'PONG') break;
  }
  socket.destroy();
  // A server that closes the connection before has not said what it allows.
  if (said.at(-1) !== 'PONG') throw new Error(`the server closed the connection: ${said.join(' ')}`);
  const errors = said.filter(line => line.startsWith('-ERR'));
  expect(errors.filter(error => !/permissions violation/i.test(error))).toEqual([]);
  const isDenied = (verb: string, probe: string): boolean =>
    errors.some(error => error.toLowerCase().includes(`permissions violation for ${verb} to "${probe.toLowerCase()}"`));
  return {
    publish: probes.filter(probe => !isDenied('publish', probe)),
    subscribe: probes.filter(probe => !isDenied('subscription', probe)),
  };
}

describeNats.each(supportedVersions)('nats-server %s', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  test('lets each user do what its permissions say, and nothing else', async () => {
    const asked = fc.array(user, { minLength: 12, maxLength: 12 });
    const property = fc.asyncProperty(asked, fc.option(permissions, { nil: undefined }), async (users, defaults) => {
      const server = await servers.start(confWith(version, users, defaults));
      const found = await Promise.all(users.map(async (_, index) => tryAll(server, nameOf(index))));
      await servers.stop();
      const expected = users.map(({ permissions: own = defaults }) => ({
        publish: probes.filter(probe => mayUse(own?.publish, probe)),
        subscribe: probes.filter(probe => mayUse(own?.subscribe, probe)),
      }));
      expect(found).toEqual(expected);
    });
    await fc.assert(property, { numRuns: 30 });
  }, 120_000);

  test.each<[string, SubjectRules]>([
    ['an empty list', []],
    ['an empty list of allowed subjects', { allow: [] }],
    ['nothing allowed and something denied', { allow: [], deny: ['x'] }],
  ])('lets nobody publish or subscribe to anything with %s', async (_title, nothing) => {
    const none = { publish: nothing, subscribe: nothing };
    const users: AskedUser[] = [
      { permissions: none, isAccount: false },
      { permissions: none, isAccount: true },
      { permissions: undefined, isAccount: false },
    ];
    const server = await servers.start(confWith(version, users, none));
    for (const index of users.keys()) {
      expect(await tryAll(server, nameOf(index))).toEqual({ publish: [], subscribe: [] });
      const client = await login(server, { user: nameOf(index), pass: 'p' });
      for (const wild of ['>', '*', 'a.>'])
        await expect(client.subscribe(wild, { callback: () => undefined }).closed).resolves.toMatchObject({
          message: expect.stringMatching(/permissions violation/i) as string,
        });
      await client.close();
    }
  });

  test('lets who may publish nothing answer what it is asked, where allow_responses says so', async () => {
    const answers = { publish: [], subscribe: ['ask'], allowResponses: true };
    const text = {
      users: [
        {
          username: 'answers',
          password: 'p',
          permissions: { ...answers, allow_responses: true, allowResponses: undefined },
        },
        { username: 'asks', password: 'p' },
      ],
    };
    const conf = confOf(version, { auth: { clientsAuthSecret: 's' } }, { s: { 'a.json': JSON.stringify(text) } });
    const server = await servers.start(conf);
    const [one, other] = [
      await login(server, { user: 'answers', pass: 'p' }),
      await login(server, { user: 'asks', pass: 'p' }),
    ];
    one.subscribe('ask', { callback: (_error, message) => void message.respond('yes') });
    await one.flush();
    expect((await other.request('ask', '', { timeout: 5_000 })).string()).toBe('yes');
    await Promise.all([one.close(), other.close()]);
    expect((await tryAll(server, 'answers')).publish).toEqual([]);
  });

  test.each(['import', 'export'])('carries nothing over routes whose %s is an empty list', async direction => {
    const routed = (permissions: object, routes: object = {}): Conf =>
      confOf(version, { natsConfig: { extra: { cluster: { permissions } } }, ...routes });
    const first = await servers.start(routed({ [direction]: { allow: [] } }));
    const second = await servers.start(
      routed({}, { extraRoutes: [{ route: `nats://${first.cluster}` }], clusterName: 'c' }),
    );
    await waitFor(async () => (await ask<{ num_routes: number }>(second, '/routez')).num_routes > 0, {
      what: 'a route',
      deadline: 10_000,
    });
    const [here, there] = [await login(first), await login(second)];
    // An import is what comes in by a route, an export what goes out.
    const [from, to] = direction === 'import' ? [there, here] : [here, there];
    const heard: string[] = [];
    to.subscribe('>', { callback: (_error, { subject: name }) => void heard.push(name) });
    await to.flush();
    const control = to.subscribe('local', { max: 1 });
    await to.flush();
    for (let index = 0; index < 20; index += 1) {
      from.publish('over.routes');
      await from.flush();
    }
    to.publish('local');
    for await (const { subject: name } of control) expect(name).toBe('local');
    expect(heard).toEqual(['local']);
    await Promise.all([here.close(), there.close()]);
  });
});
