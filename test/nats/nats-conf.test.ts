import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createUser } from '@nats-io/nkeys';
import * as fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { isBlock, isList, members, type ConfBlock, type ConfValue } from '../../src/nats/conf/conf';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { printConf } from '../../src/nats/conf/print';
import { includedName } from '../../src/nats-cluster/config/server-name';
import { resolveCluster, type ResolvedCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { clusterSpec } from '../arbitraries/cluster-spec';
import { secretFacts, serviceUsers } from '../arbitraries/secret-facts';
import { dnsLabel } from '../arbitraries/texts';
import { wholeSpec } from '../arbitraries/whole-spec';
import { makeIdentity } from '../fixtures/certificates';
import { describeNats } from './support/describe-nats';
import { checkConf, withServer } from './support/nats-server';
import { allVersions, supportedVersions } from './support/versions';

let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'nats-operator-whole-'));
  const [{ cert, key }, user, account] = [
    await makeIdentity({ names: ['DNS:localhost'] }),
    createUser(),
    createAccount(),
  ];
  const creds = fmtCreds(await encodeUser('leaf', user, account), user);
  const texts = { 'ca.crt': cert, 'tls.crt': cert, 'tls.key': key, 'user.creds': creds };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(files, name), text);
});

afterAll(async () => rm(files, { recursive: true }));

/** Any valid NatsCluster with what has to do with the servers themselves, resolved. */
const clusterModel = (version: string): fc.Arbitrary<ResolvedCluster> =>
  fc
    .tuple(dnsLabel, dnsLabel, clusterSpec(version))
    .map(([name, namespace, spec]) => resolveCluster({ metadata: { name, namespace, uid: 'u' }, spec }));

describeNats.each(allVersions)('nats-server %s', version => {
  test('accepts the configuration of any valid spec', async () => {
    const accepted = async (model: ResolvedCluster): Promise<void> => {
      const { code, stderr } = await checkConf(version, printConf(natsConf(model)));
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
    };
    await fc.assert(fc.asyncProperty(clusterModel(version), accepted), { numRuns: 60 });
  }, 60_000);
});

// 2.1.9 has no websockets, and connection types of users are none of its options.
describeNats.each(allVersions.filter(version => version !== '2.1.9'))('nats-server %s', version => {
  test('accepts the configuration of any valid spec with TLS, users, gateways and all', async () => {
    const accepted = async (model: ResolvedCluster): Promise<void> => {
      const conf = withFilesIn(files, natsConf(model));
      const { code, stderr } = await checkConf(version, printConf(conf), included);
      expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('is valid') as string });
    };
    await fc.assert(fc.asyncProperty(wholeModel(version), accepted), { numRuns: 120 });
  }, 60_000);
});

describeNats.each(supportedVersions)('nats-server %s', version => {
  test('starts with the configuration of any valid spec and has its values', async () => {
    const asConfigured = async (model: ResolvedCluster): Promise<void> => {
      const varz = await withServer(version, printConf(natsConf(model)), readVarz);
      expect(varz).toMatchObject(expectedVarz(model));
    };
    await fc.assert(fc.asyncProperty(clusterModel(version), asConfigured), { numRuns: 5 });
  }, 120_000);
});

/** Above a minute, servers from 2.11 on run and reload, but warn, and `-t` takes a warning for a mistake. */
const withQuickLogins = (spec: NatsClusterSpec): NatsClusterSpec =>
  (spec.auth?.clientsAuthTimeout ?? 0) > 60 ? { ...spec, auth: { ...spec.auth, clientsAuthTimeout: 60 } } : spec;

/** A valid NatsCluster of all sections, resolved with whatever may be in its Secrets, and with any service accounts. */
const wholeModel = (version: string): fc.Arbitrary<ResolvedCluster> =>
  wholeSpec(version)
    .map(withQuickLogins)
    .chain(spec =>
      fc
        .record({
          name: dnsLabel,
          facts: secretFacts(spec.auth ?? {}),
          accounts: spec.auth?.enableServiceAccounts ? serviceUsers : fc.constant([]),
        })
        .map(({ name, facts, accounts }) =>
          resolveCluster({ metadata: { name, namespace: 'n', uid: 'u' }, spec }, facts, accounts),
        ),
    );

/** What stands beside a configuration, and is included. */
const included = Object.fromEntries(Object.entries(includedName('c-1')).map(([file, conf]) => [file, printConf(conf)]));

/** What a server reads of a configuration's files before it accepts that. */
const fileNames: ReadonlyMap<string, string> = new Map([
  ['ca_file', 'ca.crt'],
  ['cert_file', 'tls.crt'],
  ['key_file', 'tls.key'],
  ['credentials', 'user.creds'],
]);

/** A configuration as it would be in a pod whose files are in that folder. */
function withFilesIn(folder: string, conf: ConfBlock): ConfBlock {
  const moved = members(conf).map(([key, value]): [string, ConfValue | undefined] => {
    const name = fileNames.get(key);
    if (name !== undefined) return [key, join(folder, name)];
    if (isList(value)) return [key, value.map(item => (isBlock(item) ? withFilesIn(folder, item) : item))];
    return [key, isBlock(value) ? withFilesIn(folder, value) : value];
  });
  return { ...conf, ...Object.fromEntries(moved) };
}

async function readVarz(monitor: URL): Promise<unknown> {
  const { body } = await request(new URL('/varz', monitor));
  return body.json();
}

/** What the monitor says of a server with these values; where the spec has none, the server's own defaults. */
function expectedVarz({ natsConfig, clusterName, routes }: ResolvedCluster): object {
  return {
    max_connections: orDefault(natsConfig.maxConnections, 65_536),
    max_payload: orDefault(natsConfig.maxPayload, 1_048_576),
    max_pending: orDefault(natsConfig.maxPending, 67_108_864),
    max_control_line: orDefault(natsConfig.maxControlLine, 4096),
    cluster: {
      name: clusterName ?? (expect.any(String) as string),
      urls: [...new Set(routes)].map(hostOf),
    },
  };
}

/** Host and port as they were written: JavaScript's URL would shorten an IPv6 address, which Go leaves alone. */
const hostOf = (route: string): string | undefined => /^[^:]+:\/\/(?:[^/]*@)?([^/?#]*)/.exec(route)?.[1];

/** In the spec, 0 is what nobody set. */
const orDefault = (value: number | undefined, serversOwn: number): number =>
  value === undefined || value === 0 ? serversOwn : value;
