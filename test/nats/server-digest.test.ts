import fc from 'fast-check';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { parseConf } from '../../src/nats/conf/parse';
import { printConf } from '../../src/nats/conf/print';
import { serverDigest } from '../../src/nats/conf/server-digest';
import type { Conf } from '../../src/nats/conf/conf';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';
import { clusterSpec } from '../arbitraries/cluster-spec';
import { describeNats } from './support/describe-nats';
import { checkConf } from './support/nats-server';
import { digestVersions } from './support/versions';

/** `nats-server -t` names the digest of what it has read. */
async function digestOf(version: NatsVersion, conf: Conf): Promise<string | undefined> {
  const { stdout, stderr } = await checkConf(version, printConf(conf));
  return /sha256:[0-9a-f]{64}/.exec(stdout + stderr)?.[0];
}

describeNats.each(digestVersions)('the digest by which nats-server %s names its configuration', version => {
  test('is foretold for values of all kinds', async () => {
    const conf: Conf = {
      port: 4222,
      write_deadline: '2s',
      max_payload: 1048576,
      server_tags: ['z', 'a'],
      authorization: { users: [{ user: 'a<b>&"c"\\ ü € 🦆 \t\u2028 \u007f', password: '$2a$11$x.y/z' }], timeout: 1.5 },
      cluster: { name: 'c', routes: [], port: 6222 },
    };
    expect(await digestOf(version, conf)).toBe(serverDigest(conf));
  });

  test('is foretold for the configuration of any spec, also as it is read back from its file', async () => {
    await fc.assert(
      fc.asyncProperty(clusterSpec(version), async spec => {
        const conf = natsConf(resolveCluster({ metadata: { name: 'c', namespace: 'n' }, spec }));
        const digest = await digestOf(version, conf);
        expect(digest).toBeDefined();
        expect(serverDigest(conf)).toBe(digest);
        expect(serverDigest(parseConf(printConf(conf)) ?? {})).toBe(digest);
      }),
      { numRuns: 25 },
    );
  }, 60_000);
});
