import { connect, jwtAuthenticator, nkeys } from '@nats-io/transport-node';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { validateSecrets } from '../../src/nats-cluster/secrets/validate-secrets';
import { openClient } from '../cluster/support/client';
import { secretOf } from '../fixtures/secret';
import { describeNats } from './support/describe-nats';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

type KeyPair = ReturnType<typeof nkeys.createUser>;

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64url');

/** A JWT as nsc makes it. @see https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
function sign(issuer: KeyPair, subject: KeyPair, name: string, nats: object): string {
  const claims = { iat: 1_700_000_000, iss: issuer.getPublicKey(), sub: subject.getPublicKey(), name, nats };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('hex').toUpperCase();
  const head = base64(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }));
  const body = `${head}.${base64(JSON.stringify({ ...claims, jti }))}`;
  return `${body}.${base64(issuer.sign(new TextEncoder().encode(body)))}`;
}

const [operator, account, system, user] = [
  nkeys.createOperator(),
  nkeys.createAccount(),
  nkeys.createAccount(),
  nkeys.createUser(),
];
const noLimits = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };
const operatorJwt = sign(operator, operator, 'operator', {
  type: 'operator',
  version: 2,
  system_account: system.getPublicKey(),
});
const preload = {
  [account.getPublicKey()]: sign(operator, account, 'account', { type: 'account', version: 2, limits: noLimits }),
  [system.getPublicKey()]: sign(operator, system, 'system', { type: 'account', version: 2, limits: noLimits }),
};
const userJwt = sign(account, user, 'user', { type: 'user', version: 2, subs: -1, data: -1, payload: -1 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-jwt-'));
  await writeFile(join(folder, 'op.jwt'), operatorJwt);
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

describeNats.each(supportedVersions)('nats-server %s with accounts by JWT', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  test('lets in the users of accounts that its operator has signed, and nobody else', async () => {
    const spec = {
      version,
      size: 1,
      operatorConfig: {
        secret: 'operator',
        systemAccount: system.getPublicKey(),
        resolver: 'MEMORY',
        resolverPreload: preload,
      },
    };
    const secrets = new Map([['operator', secretOf({ 'op.jwt': operatorJwt })]]);
    const { facts, problems } = validateSecrets({ name: 'c', namespace: 'n', spec }, secrets, new Date());
    expect(problems).toEqual([]);
    const conf = natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, facts));
    expect(conf.operator).toBe('/etc/nats-operator/op.jwt');
    const server = await servers.start({ ...conf, operator: join(folder, 'op.jwt') });

    const options = { servers: server.client, reconnect: false, ignoreClusterUpdates: true };
    const client = await openClient(server.client, { authenticator: jwtAuthenticator(userJwt, user.getSeed()) });
    await client.flush();
    await client.close();
    // On a busy machine the server closes the connection before the client has sent its credentials.
    const rejected = /authorization violation|authentication timeout|EPIPE|ECONNRESET/i;
    await expect(connect(options)).rejects.toThrow(rejected);
    const stranger = nkeys.createUser();
    const forged = sign(nkeys.createAccount(), stranger, 'user', { type: 'user', version: 2 });
    await expect(connect({ ...options, authenticator: jwtAuthenticator(forged, stranger.getSeed()) })).rejects.toThrow(
      rejected,
    );
  });
});
