import * as fc from 'fast-check';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { printConf } from '../../src/nats/conf/print';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { noSecrets } from '../../src/nats-cluster/secrets/secret-facts';
import { validateCluster } from '../../src/nats-cluster/validation/validate-cluster';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
import { supportedVersions } from './support/versions';

/** What may stand in a URL by its CRD, and much that Go or JavaScript would not have there. */
const piece = fc.oneof(
  fc.constantFrom('a', 'host.example.com', 'a_b', '10.0.0.1', '[::1]', '[fe80::1%25eth0]', '::1', '[a]', '', '-', '.'),
  fc.constantFrom(':6222', ':', ':0', ':x', ':99999', '@', 'u:p@', 'u%7B:p%20@', '%20', '%zz', '%e4%b8%ad'),
  fc.constantFrom(
    '/',
    '//',
    '/path',
    '?q',
    '?q=%',
    '#f',
    '#%',
    '\\',
    '[',
    ']',
    '|',
    '{',
    '^',
    '`',
    '<',
    '"',
    '!',
    ';',
    ',',
  ),
  fc.string({ unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)), maxLength: 3 }),
);
const url = (...schemes: string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...schemes), fc.array(piece, { minLength: 1, maxLength: 4 }))
    .map(([scheme, pieces]) => `${scheme}://${pieces.join('')}`);

const specs: Readonly<Record<string, (version: string) => fc.Arbitrary<NatsClusterSpec>>> = {
  routes: version => url('nats', 'nats-route', 'tls').map(route => ({ version, size: 1, extraRoutes: [{ route }] })),
  gateways: version =>
    url('nats', 'tls').map(to => ({
      ...{ version, size: 1 },
      gatewayConfig: { name: 'east', hostPort: 7222, gateways: [{ name: 'west', url: to }] },
    })),
  'leaf node remotes': version =>
    fc
      .array(url('nats', 'tls', 'ws', 'wss'), { minLength: 1, maxLength: 2 })
      .map(urls => ({ version, size: 1, leafnodeConfig: { remotes: [{ urls }] } })),
};

const cases = supportedVersions.flatMap(version => Object.keys(specs).map(kind => [version, kind] as const));

describeNats.each(cases)('nats-server %s', (version, kind) => {
  test(`starts with all ${kind} that validation accepts`, async () => {
    const isAccepted = (spec: NatsClusterSpec): boolean =>
      validateCluster({ metadata: { name: 'c', namespace: 'n' }, spec }).problems.length === 0;
    const accepted = (specs[kind]?.(version) ?? fc.constant({})).filter(isAccepted);
    const facts = { ...noSecrets, clusterCredentials: { username: 'a{b', password: 'p@:/%' } };
    const starts = async (spec: NatsClusterSpec): Promise<void> => {
      const model = resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }, facts);
      const { code, stderr } = await checkConf(version, printConf(natsConf(model)));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
    };
    await fc.assert(fc.asyncProperty(accepted, starts), { numRuns: 30 });
  }, 120_000);
});

/** Servers ask the account server by Go's own client, which parses its URL as they do those of remotes. */
describeNats('nats-server 2.15.2', () => {
  test('parses all URLs of account servers that validation accepts', async () => {
    const isAccepted = (resolver: string): boolean => {
      const spec = { size: 1, version: '2.15.2', operatorConfig: { secret: 's', resolver: `URL(${resolver})` } };
      return validateCluster({ metadata: { name: 'c', namespace: 'n' }, spec }).problems.length === 0;
    };
    // The server takes quotation marks around a URL off.
    const unquoted = url('http', 'https').filter(text => !text.includes('"'));
    const parses = async (resolver: string): Promise<void> => {
      const { code, stderr } = await checkConf('2.15.2', printConf({ leafnodes: { remotes: [{ url: resolver }] } }));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
    };
    await fc.assert(fc.asyncProperty(unquoted.filter(isAccepted), parses), { numRuns: 30 });
  }, 120_000);
});
