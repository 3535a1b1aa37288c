import type { V1Pod } from '@kubernetes/client-node';
import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { expire, makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { carry, openClient, refusal, withClients } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { monitor } from './support/monitoring';
import { waitUntilSettled } from './support/nats-cluster';
import { getChild, getCondition, getPods } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { deleteSecret, putSecret } from './support/secret';
import { waitFor } from './support/wait-for';

const NAME = 'example-tls';
const CLIENTS = 'example-tls-clients';
const ROUTES = 'example-tls-routes';

/** TLS 1.3 verifies a client when for itself the handshake is over: it may learn why, or find the connection closed. */
const HANG_UP = /certificate required|bad certificate|unknown ca|ECONNRESET|EPIPE|closed/;

let environment: TestEnvironment;
let authority: Identity;
let server: Identity;
let route: Identity;
let client: Identity;

beforeAll(async () => {
  [environment, authority] = await Promise.all([setupTestEnvironment('tls'), makeAuthority()]);
  const names = [`DNS:${NAME}.${environment.namespace}.svc`, `DNS:*.${NAME}-mgmt.${environment.namespace}.svc`];
  [server, route, client] = await Promise.all([
    makeIdentity({ names }, authority),
    makeIdentity({ names: names.slice(1), uses: 'serverAuth,clientAuth' }, authority),
    makeIdentity({ uses: 'clientAuth' }, authority),
  ]);
}, 120_000);

const putServer = async ({ cert, key }: Identity): Promise<void> =>
  putSecret(environment.namespace, CLIENTS, { 'ca.pem': authority.cert, 'server.pem': cert, 'server-key.pem': key });

const putRoute = async ({ cert, key }: Identity): Promise<void> =>
  putSecret(
    environment.namespace,
    ROUTES,
    { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key },
    'kubernetes.io/tls',
  );

const secretsAre = async (status: string, words: RegExp): Promise<unknown> =>
  waitForCondition(environment.namespace, NAME, 'SecretsValid', status, words);

/** Where exactly that server is, by the name that its certificate covers. */
const address = (pod: V1Pod): string => `${pod.metadata?.name}.${NAME}-mgmt.${environment.namespace}.svc`;

const credentials = (): ConnectionOptions => ({
  tls: { ca: authority.cert, cert: client.cert, key: client.key },
});

describe('a new cluster waits for the Secrets of examples/tls.yaml', () => {
  it('and says which is missing, and which file one lacks', async () => {
    await applyExample(environment.namespace, NAME.replace('example-', ''));
    await secretsAre('False', /Secret "example-tls-clients" does not exist.*"example-tls-routes" does not exist/);
    await putRoute(route);
    await putSecret(environment.namespace, CLIENTS, { 'ca.pem': authority.cert, 'server.pem': server.cert });
    await secretsAre('False', /Secret "example-tls-clients" has no key "server-key.pem" .*ca.pem, server.pem/);
    expect(await getChild('StatefulSet', environment.namespace, NAME)).toBeUndefined();
    expect((await getCondition(environment.namespace, NAME, 'Reconciling'))?.reason).toBe('WaitingForSecrets');
  }, 60_000);

  it('and comes up when they are there', async () => {
    await putServer(server);
    await waitUntilSettled(environment.namespace, NAME, 2, 90_000);
    await secretsAre('True', /hold what the servers need/);
  }, 100_000);
});

describe('TLS', () => {
  it('carries a message from a client of one server to a client of the other', async () => {
    const [one, other] = (await getPods(environment.namespace, NAME)).map(address);
    const clients = [openClient(one ?? '', credentials()), openClient(other ?? '', credentials())] as const;
    await withClients(clients, carry);
    await (await openClient(`${NAME}.${environment.namespace}.svc`, credentials())).close();
  }, 60_000);

  it('refuses a client without a certificate, and is refused by one that does not know the authority', async () => {
    const host = `${NAME}.${environment.namespace}.svc`;
    expect(await refusal(host, { tls: { ca: authority.cert } })).toMatch(HANG_UP);
    expect(await refusal(host, { tls: { cert: client.cert, key: client.key } })).toMatch(
      /unable to verify|self.signed/,
    );
    const stranger = await makeIdentity({ uses: 'clientAuth' }, await makeAuthority('somebody else'));
    const shown = { ca: authority.cert, cert: stranger.cert, key: stranger.key };
    expect(await refusal(host, { tls: shown })).toMatch(HANG_UP);
  }, 60_000);

  it('is what the servers speak to each other, with both ends verified', async () => {
    for (const pod of await getPods(environment.namespace, NAME)) {
      const { cluster } = await monitor<{ cluster: object }>(pod, 'varz');
      expect(cluster).toMatchObject({ tls_required: true, tls_verify: true });
    }
  });
});

describe('a Secret that goes bad is told, and what runs stays as it is', () => {
  let before: (string | undefined)[];

  const uids = async (): Promise<(string | undefined)[]> =>
    (await getPods(environment.namespace, NAME)).map(({ metadata }) => metadata?.uid);

  beforeAll(async () => {
    before = await uids();
  });

  afterEach(async () => {
    await putServer(server);
    await putRoute(route);
    await secretsAre('True', /hold what the servers need/);
    await waitUntilSettled(environment.namespace, NAME, 2);
    expect(await uids()).toEqual(before);
  }, 90_000);

  const staysUp = async (): Promise<void> => {
    expect((await getCondition(environment.namespace, NAME, 'Ready'))?.status).toBe('True');
    expect((await getCondition(environment.namespace, NAME, 'Stalled'))?.reason).toBe('SecretInvalid');
    await (await openClient(`${NAME}.${environment.namespace}.svc`, credentials())).close();
  };

  it('where it is deleted', async () => {
    await deleteSecret(environment.namespace, CLIENTS);
    await secretsAre('False', /spec\.tls\.serverSecret: Secret "example-tls-clients" does not exist/);
    await staysUp();
  }, 60_000);

  it('where there is something else in its place', async () => {
    await putServer({ cert: 'planted-no-certificate', key: server.key });
    await secretsAre('False', /"example-tls-clients", key "server\.pem" holds no certificate in PEM form/);
    await staysUp();
  }, 60_000);

  it('where its key belongs to another certificate', async () => {
    await putServer({ cert: server.cert, key: client.key });
    await secretsAre('False', /key "server-key\.pem" does not match the certificate in key "server\.pem"/);
    await staysUp();
  }, 60_000);

  it('where its certificate has expired', async () => {
    await putServer(await expire(server));
    await secretsAre('False', /"example-tls-clients", key "server\.pem" expired at \d{4}-\d\d-\d\dT/);
    await staysUp();
  }, 60_000);

  it('where the certificate of routes is for other names', async () => {
    await putRoute(await makeIdentity({ names: ['DNS:elsewhere'] }, authority));
    await secretsAre('False', /key "tls\.crt" does not cover \*\.example-tls-mgmt\..*which servers dial.*elsewhere/);
    await staysUp();
  }, 60_000);
});

test('a certificate renewed by a new authority reaches every server, one after the other', async () => {
  const next = await makeAuthority('next');
  const { cert, key } = await makeIdentity({ names: [`DNS:*.${NAME}-mgmt.${environment.namespace}.svc`] }, next);
  const bundle = authority.cert + next.cert;
  await putSecret(environment.namespace, CLIENTS, { 'ca.pem': bundle, 'server.pem': cert, 'server-key.pem': key });
  await secretsAre('True', /does not cover example-tls\..*which clients may dial/);
  await waitFor(
    async () => {
      const trusting = { tls: { ...credentials().tls, ca: next.cert } };
      const pods = await getPods(environment.namespace, NAME);
      const clients = await Promise.all(pods.map(async pod => openClient(address(pod), trusting)));
      await Promise.all(clients.map(async client => client.close()));
      return clients.length === 2;
    },
    { what: 'the new certificate on both servers', deadline: 120_000 },
  );
  await waitUntilSettled(environment.namespace, NAME, 2);
}, 200_000);
