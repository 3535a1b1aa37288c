import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Conf } from '../../src/nats/conf/conf';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { withValue } from '../../src/nats/conf/path';
import { printConf } from '../../src/nats/conf/print';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { describeProblem } from '../../src/schema/problem';
import { noSecrets } from '../../src/nats-cluster/secrets/secret-facts';
import { validateSecrets } from '../../src/nats-cluster/secrets/validate-secrets';
import { waitFor } from '../cluster/support/wait-for';
import { expire, makeAuthority, makeIdentity, type CertificateOptions, type Identity } from '../fixtures/certificates';
import { secretOf } from '../fixtures/secret';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
import type { RunningServer } from './support/running-server';
import { ask, login } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

/** What may be in a Secret of routes. Without an authority, it is of the type that may lack one. */
interface Material {
  readonly ca: string | undefined;
  readonly cert: string;
  readonly key: string;
}

const NAMES = ['DNS:*.c-mgmt.n.svc', 'DNS:localhost', 'IP:127.0.0.1'];

let folder: string;
let authority: Identity;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-operator-material-'));
  authority = await makeAuthority();
}, 30_000);

afterAll(async () => rm(folder, { recursive: true, force: true }));

const issued = async (
  wish: CertificateOptions,
  issuer = authority,
  ca: string | undefined = issuer.cert,
): Promise<Material> => ({
  ca,
  ...(await makeIdentity({ names: NAMES, ...wish }, issuer)),
});

/** A certificate by way of another, which has something about it. */
async function byWayOf(
  wish: CertificateOptions,
  change: (between: Identity) => Promise<Identity> = async same => Promise.resolve(same),
): Promise<Material> {
  const between = await change(await makeIdentity({ commonName: 'between', isAuthority: true, ...wish }, authority));
  const leaf = await makeIdentity({ names: NAMES }, between);
  return { ca: authority.cert, cert: leaf.cert + between.cert, key: leaf.key };
}

const materials: [string, () => Promise<Material>, boolean][] = [
  ['a certificate for every use', async () => issued({}), true],
  ['one for server and client use', async () => issued({ uses: 'serverAuth,clientAuth' }), true],
  ['one for anyExtendedKeyUsage', async () => issued({ uses: 'anyExtendedKeyUsage' }), true],
  ['one for server use alone', async () => issued({ uses: 'serverAuth' }), false],
  ['one for client use alone', async () => issued({ uses: 'clientAuth' }), false],
  ['one for code signing and any use', async () => issued({ uses: 'codeSigning,anyExtendedKeyUsage' }), true],
  ['no authority', async () => ({ ...(await issued({})), ca: undefined }), false],
  [
    'the authority of somebody else',
    async () => ({ ...(await issued({})), ca: (await makeAuthority('other')).cert }),
    false,
  ],
  ['an authority that is none', async () => issued({}, await makeIdentity({ commonName: 'no authority' })), false],
  [
    'an authority for client use alone',
    async () => issued({}, await makeIdentity({ commonName: 'clients', isAuthority: true, uses: 'clientAuth' })),
    false,
  ],
  ['an authority that has expired', async () => issued({}, await expire(authority)), false],
  [
    'an authority that has expired, and its successor of the same key',
    async () => issued({}, authority, (await expire(authority)).cert + authority.cert),
    true,
  ],
  ['a chain', async () => byWayOf({}), true],
  ['a chain by way of a certificate that is no authority', async () => byWayOf({ isAuthority: false }), false],
  [
    'a chain by way of one that has expired',
    async () => byWayOf({}, async between => expire(between, authority)),
    false,
  ],
  ['a chain by way of one for server use', async () => byWayOf({ uses: 'serverAuth' }), false],
  ['a chain by way of one for any use', async () => byWayOf({ uses: 'anyExtendedKeyUsage' }), true],
  [
    'a certificate that is its own authority',
    async () => {
      const own = await makeIdentity({ names: NAMES });
      return { ca: own.cert, ...own };
    },
    true,
  ],
  ['an RSA key', async () => issued({ newKey: ['rsa:2048'] }), true],
  ['a P-384 key', async () => issued({ newKey: ['ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'] }), true],
  ['an Ed25519 key', async () => issued({ newKey: ['ed25519'] }), true],
  [
    'a key on a curve of other worlds',
    async () => issued({ newKey: ['ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'] }),
    false,
  ],
  ['an Ed448 key', async () => issued({ newKey: ['ed448'] }), false],
  ['a signature by SHA-1', async () => issued({ digest: 'sha1' }), false],
  ['a key of another certificate', async () => ({ ...(await issued({})), key: authority.key }), false],
];

/** What the operator says of it, as the Secret of routes. */
function problemsOf({ ca, cert, key }: Material): string[] {
  const texts = { ...(ca === undefined ? {} : { 'ca.crt': ca }), 'tls.crt': cert, 'tls.key': key };
  const secrets = new Map([['s', secretOf(texts, 'kubernetes.io/tls')]]);
  const spec = { size: 3, tls: { routesSecret: 's' } };
  return validateSecrets({ name: 'c', namespace: 'n', spec }, secrets, new Date()).problems.map(describeProblem);
}

async function confOf(version: string, { ca, cert, key }: Material, connection: 'routes' | 'server'): Promise<Conf> {
  const place = await mkdtemp(join(folder, 'files-'));
  const files = { ca: join(place, 'ca'), cert: join(place, 'cert'), key: join(place, 'key') };
  await Promise.all([writeFile(files.ca, ca ?? ''), writeFile(files.cert, cert), writeFile(files.key, key)]);
  const tls = {
    [`${connection}Secret`]: 's',
    ...(ca === undefined ? {} : { [`${connection}SecretCAFileName`]: files.ca }),
    [`${connection}SecretCertFileName`]: files.cert,
    [`${connection}SecretKeyFileName`]: files.key,
    verify: connection === 'server',
  };
  const contents = new Map([['s', secretOf({}, 'kubernetes.io/tls')]]);
  const spec = { version, size: 1, tls };
  return natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, { ...noSecrets, contents }));
}

const routesOf = async (server: RunningServer): Promise<number> =>
  (await ask<{ num_routes: number }>(server, '/routez')).num_routes;

describeNats.each(supportedVersions)('nats-server %s', version => {
  const servers = new Servers(version);
  afterEach(async () => servers.stop());

  test.each(materials)(
    'meshes with %s exactly where the operator finds nothing wrong',
    async (_title, make, works) => {
      const material = await make();
      expect({ problems: problemsOf(material), works }).toEqual({ problems: works ? [] : [expect.anything()], works });
      const conf = await confOf(version, material, 'routes');
      const checked = await checkConf(version, printConf(conf));
      if (checked.code !== 0) {
        expect({ works, stderr: checked.stderr }).toEqual({
          works: false,
          stderr: expect.stringMatching(/tls|x509/i) as string,
        });
        return;
      }
      const start = async (routes: readonly string[]): Promise<RunningServer> =>
        servers.start(
          withValue(
            conf,
            ['cluster', 'routes'],
            routes.map(address => `nats://${address}`),
          ),
        );
      const first = await start([]);
      const second = await start([first.cluster]);
      const failure = /TLS route handshake error|TLS handshake error|x509|tls:/i;
      await waitFor(async () => (await routesOf(second)) > 0 || failure.test(first.log() + second.log()), {
        what: 'a route, or why there is none',
        deadline: 15_000,
      });
      expect({ works, isMeshed: (await routesOf(second)) > 0, log: second.log() }).toMatchObject({
        works,
        isMeshed: works,
      });
    },
    40_000,
  );

  test('lets no client in that it has no authority to verify by', async () => {
    const client = await issued({ commonName: 'client' });
    const place = await mkdtemp(join(folder, 'client-'));
    const [certFile, keyFile, caFile] = ['cert', 'key', 'ca'].map(name => join(place, name));
    await Promise.all([
      writeFile(certFile ?? '', client.cert),
      writeFile(keyFile ?? '', client.key),
      writeFile(caFile ?? '', authority.cert),
    ]);
    const tls = { caFile, certFile, keyFile } as { caFile: string; certFile: string; keyFile: string };
    const material = await issued({});
    const server = await servers.start(await confOf(version, { ...material, ca: undefined }, 'server'));
    await expect(login(server, { tls })).rejects.toThrow();
    const verifying = await servers.start(await confOf(version, material, 'server'));
    await (await login(verifying, { tls })).close();
  }, 40_000);
});
