import type { V1Pod } from '@kubernetes/client-node';
import { remoteTokenSecretName } from '../../src/nats-service-role/bound-token';
import { CLUSTERS_ANNOTATION } from '../../src/nats-cluster/spec/labels';
import { TOKENS_FINALIZER } from '../../src/nats-service-role/service-role';
import { AuditLog } from './support/audit-log';
import { kubectl, tryKubectl } from './support/kubectl';
import { applyCluster, patchSpec, waitUntilSettled } from './support/nats-cluster';
import { getPods, isReady } from './support/objects';
import { waitForIdle } from './support/wait-for-idle';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import {
  applyRole,
  getRole,
  getSecret,
  logIn,
  makeAccount,
  readyMessage,
  waitForLogin,
  waitForRole,
  waitUntilAuthorized,
  waitUntilRejected,
  type Login,
} from './support/service-accounts';
import type { TestNamespace } from './support/test-namespace';
import { expectPodsUnchanged } from './support/expect-pods-unchanged';
import { waitFor } from './support/wait-for';

const SECRET = 'orders-nats-bound-token';

/** The Secret of a token for the cluster of this file, in another namespace. */
const foreign = (role: string): string => remoteTokenSecretName(role, 'nats', home);

let environment: TestEnvironment;
let home: string;
let other: TestNamespace;
let alone: TestNamespace;

beforeAll(async () => {
  environment = await setupTestEnvironment('accounts', ['accounts-other', 'accounts-alone']);
  other = environment.other('accounts-other');
  alone = environment.other('accounts-alone');
  home = environment.namespace;
  await applyCluster(home, 'nats', {
    size: 1,
    auth: { enableServiceAccounts: true },
    pod: { enableConfigReload: true },
  });
}, 180_000);

/** Of a token in seconds, the shortest that the API server allows. */
const LIFETIME = 600;

interface Claims {
  readonly iat: number;
}

const claimsOf = (token: string): Claims =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;

/** The token as if it had been issued then, in seconds since 1970; nobody in the cluster checks its signature. */
function issuedAt(token: string, iat: number): string {
  const [header = '', , signature = ''] = token.split('.');
  const payload = { ...claimsOf(token), iat: Math.round(iat) };
  return [header, Buffer.from(JSON.stringify(payload)).toString('base64url'), signature].join('.');
}

const putToken = async (token: string): Promise<unknown> =>
  environment.kubectl('patch', 'secret', SECRET, '--type=merge', '-p', JSON.stringify({ stringData: { token } }));

/** The one server, whichever pod it is by now. */
async function server(): Promise<V1Pod> {
  const pod = (await getPods(home, 'nats')).find(isReady);
  return pod ?? Promise.reject(new Error('no server is ready'));
}

describe('a ServiceAccount of a NatsServiceRole', () => {
  let login: Login;

  it('is waited for: the role says that there is none, and nobody gets in', async () => {
    await applyRole(home, 'orders', 'nats', {
      permissions: { publish: ['orders.>'], subscribe: ['_INBOX.>', 'orders.>'] },
    });
    const role = await waitForRole(home, 'orders', 'NoServiceAccount');
    expect(readyMessage(role)).toBe(`There is no ServiceAccount orders in ${home}`);
    await waitUntilRejected(server, {});
  }, 120_000);

  it('gets a token into a Secret, and is a user of its role', async () => {
    await makeAccount(home, 'orders');
    login = await waitForLogin(home, SECRET);
    expect(login.user).toBe('orders');
    const role = await waitForRole(home, 'orders', 'TokensIssued');
    expect(role.status?.secrets).toEqual([{ namespace: home, name: SECRET, username: 'orders' }]);
    await waitUntilAuthorized(server, login);
  }, 120_000);

  it('has no use for another name, or for another token', async () => {
    await waitUntilRejected(server, { ...login, user: 'billing' });
    await waitUntilRejected(server, { ...login, pass: `${login.pass}x` });
    await waitUntilRejected(server, {});
  }, 60_000);

  it('gets a new token where its Secret is deleted, and where it is made anew itself', async () => {
    await environment.kubectl('delete', 'secret', SECRET);
    const second = await waitForLogin(home, SECRET, login);
    await environment.kubectl('delete', 'serviceaccount', 'orders');
    await waitFor(async () => (await getSecret(home, SECRET)) === undefined, {
      what: 'the token to go with its account',
    });
    await makeAccount(home, 'orders');
    const third = await waitForLogin(home, SECRET, second);
    await waitUntilAuthorized(server, third);
    await waitUntilRejected(server, second);
    login = third;
  }, 180_000);

  it('gets a new token when four fifths of its lifetime have passed, and has to log in anew with that', async () => {
    await patchSpec(home, 'nats', { auth: { serviceAccountTokenTTLSeconds: LIFETIME } });
    const [before] = await waitUntilSettled(home, 'nats', 1);
    // No API server issues a token that old: this is the one in the Secret, as if it had been issued before.
    const old = { ...login, pass: issuedAt(login.pass, Date.now() / 1000 - 0.8 * LIFETIME + 8) };
    await putToken(old.pass);
    await waitUntilAuthorized(server, old);
    const connected = await logIn(await server(), old);
    const next = await waitForLogin(home, SECRET, old);
    await connected.closed();
    await waitUntilAuthorized(server, next);
    await waitUntilRejected(server, old);
    const { iat } = claimsOf(next.pass);
    await waitFor(
      async () => {
        const [issued] = (await getRole(home, 'orders'))?.status?.secrets ?? [];
        return Date.parse(issued?.expirationTime ?? '') === (iat + 0.8 * LIFETIME) * 1000;
      },
      { what: 'the role to say when the next one comes' },
    );
    await expectPodsUnchanged(before === undefined ? [] : [before]);
    await patchSpec(home, 'nats', { auth: { serviceAccountTokenTTLSeconds: null } });
    login = next;
  }, 120_000);

  it('gets nothing in a namespace that the role does not name, and the role says what would serve it', async () => {
    await makeAccount(other.name, 'orders', `${home}/nats`);
    const role = await waitFor(
      async () => {
        const found = await getRole(home, 'orders');
        return (found?.status?.unserved ?? []).length > 0 ? found : undefined;
      },
      { what: 'the role to tell of the account' },
    );
    expect(role.status?.unserved).toEqual([
      {
        namespace: other.name,
        name: 'orders',
        hint: `kubectl patch natsservicerole orders -n ${home} --type=merge -p '{"spec":{"namespaces":["${other.name}"]}}'`,
      },
    ]);
    expect(await getSecret(other.name, foreign('orders'))).toBeUndefined();
    expect(role.metadata?.finalizers).toBeUndefined();
  }, 60_000);

  it('is a user of its own in a namespace that the role names', async () => {
    const role = await getRole(home, 'orders');
    const [, patch = ''] = /-p '(.*)'$/.exec(role?.status?.unserved?.[0]?.hint ?? '') ?? [];
    await environment.kubectl('patch', 'natsservicerole', 'orders', '--type=merge', '-p', patch);
    const elsewhere = await waitForLogin(other.name, foreign('orders'));
    expect(elsewhere.user).toBe(`${other.name}.orders`);
    await waitUntilAuthorized(server, elsewhere);
    await waitUntilAuthorized(server, login);
    const held = await waitForRole(home, 'orders', 'TokensIssued');
    expect(held.metadata?.finalizers).toEqual([TOKENS_FINALIZER]);
    expect(held.status?.unserved).toBeUndefined();
    expect((await getSecret(other.name, foreign('orders')))?.metadata?.ownerReferences).toBeUndefined();
  }, 120_000);

  it('loses its token where it no longer agrees, and gets one when it agrees again', async () => {
    const elsewhere = await waitForLogin(other.name, foreign('orders'));
    await kubectl(['annotate', 'serviceaccount', 'orders', '-n', other.name, `${CLUSTERS_ANNOTATION}-`]);
    await waitUntilRejected(server, elsewhere);
    expect(await getSecret(other.name, foreign('orders'))).toBeUndefined();
    const missing = readyMessage(await waitForRole(home, 'orders', 'ConsentMissing'));
    const [, command = ''] = /agree: kubectl (.*)$/.exec(missing) ?? [];
    await kubectl(command.replace('NAMESPACE', other.name).split(' '));
    await waitUntilAuthorized(server, await waitForLogin(other.name, foreign('orders'), elsewhere));
    await waitForRole(home, 'orders', 'TokensIssued');
  }, 120_000);

  it('costs no write in a second pass', async () => {
    await waitUntilSettled(home, 'nats', 1);
    const audit = await AuditLog.fromNow(environment.operator.user);
    await environment.operator.kill();
    environment.operator.start();
    await waitFor(async () => (await audit.operatorRequests()).some(({ objectRef }) => objectRef?.name === 'nats'), {
      what: 'the operator to read the cluster again',
    });
    await waitForIdle(audit);
    expect([...(await audit.operatorWrites(home)), ...(await audit.operatorWrites(other.name))]).toEqual([]);
  }, 90_000);

  it('loses its token with its role, in other namespaces too', async () => {
    const elsewhere = await waitForLogin(other.name, foreign('orders'));
    await environment.kubectl('delete', 'natsservicerole', 'orders', '--wait', '--timeout=30s');
    await waitFor(async () => (await getSecret(home, SECRET)) === undefined, { what: 'the garbage collector' });
    expect(await getSecret(other.name, foreign('orders'))).toBeUndefined();
    await waitUntilRejected(server, login);
    await waitUntilRejected(server, elsewhere);
  }, 120_000);
});

describe('NatsServiceRoles', () => {
  it('say what is wrong: no label, no such cluster, no service accounts there', async () => {
    await makeAccount(home, 'audit');
    await applyRole(home, 'audit', 'nast', {});
    expect(readyMessage(await waitForRole(home, 'audit', 'ClusterMissing'))).toContain(`no NatsCluster nast`);
    await environment.kubectl('label', 'natsservicerole', 'audit', 'nats_cluster-');
    expect(readyMessage(await waitForRole(home, 'audit', 'NoCluster'))).toContain('nats_cluster is not set');
    await environment.kubectl('label', 'natsservicerole', 'audit', 'nats_cluster=nats');
    await waitForRole(home, 'audit', 'TokensIssued');
    await patchSpec(home, 'nats', { auth: { enableServiceAccounts: false } });
    expect(readyMessage(await waitForRole(home, 'audit', 'Disabled'))).toContain('enableServiceAccounts');
    expect(await getSecret(home, 'audit-nats-bound-token')).toBeUndefined();
    await waitUntilAuthorized(server, {});
  }, 180_000);

  it('do not keep a namespace from being deleted while no operator runs', async () => {
    await applyCluster(alone.name, 'nats', { size: 1, auth: { enableServiceAccounts: true } });
    await makeAccount(alone.name, 'orders');
    await applyRole(alone.name, 'orders', 'nats', {});
    await waitForLogin(alone.name, SECRET);
    await applyRole(home, 'audit', 'nats', { namespaces: [alone.name] });
    await makeAccount(alone.name, 'audit', `${home}/nats`);
    await patchSpec(home, 'nats', { auth: { enableServiceAccounts: true } });
    await waitForLogin(alone.name, foreign('audit'));
    await environment.operator.kill();
    await alone.remove();
    environment.operator.start();
    await waitFor(
      async () => {
        const { metadata, status } = (await getRole(home, 'audit')) ?? {};
        return metadata?.finalizers === undefined && status?.secrets?.length === 1;
      },
      { what: 'the role to be let go, with the one token that is left' },
    );
  }, 180_000);

  it('leave nothing in other namespaces when their cluster is deleted while no operator runs', async () => {
    await applyRole(home, 'audit', 'nats', { namespaces: [other.name] });
    await makeAccount(other.name, 'audit', `${home}/nats`);
    await waitForLogin(other.name, foreign('audit'));
    await environment.operator.kill();
    await environment.kubectl('delete', 'nats', 'nats');
    environment.operator.start();
    await waitForRole(home, 'audit', 'ClusterMissing');
    expect(await getSecret(other.name, foreign('audit'))).toBeUndefined();
    const { stdout } = await tryKubectl(['get', 'secrets', '-n', home, '-o', 'name']);
    expect(stdout).not.toContain('bound-token');
    expect(await getPods(home, 'nats')).toBeDefined();
  }, 120_000);
});
