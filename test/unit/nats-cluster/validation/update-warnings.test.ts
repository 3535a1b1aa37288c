import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { updateWarnings } from '../../../../src/nats-cluster/validation/update-warnings';

const base: NatsClusterSpec = { size: 3, version: '2.15.2', auth: { clusterAuthSecret: 'a' } };

const warningsOf = (change: NatsClusterSpec, from: NatsClusterSpec = {}): string[] => {
  const metadata = { name: 'c', namespace: 'n' };
  return updateWarnings({ metadata, spec: { ...base, ...from, ...change } }, { metadata, spec: { ...base, ...from } });
};

describe('an update of a NatsCluster', () => {
  test.each<[string, NatsClusterSpec, RegExp]>([
    ['another name', { clusterName: 'other' }, /^servers with the changed cluster\.name .* reject .* has another name/],
    ['a gateway of another name', { gatewayConfig: { name: 'east' } }, /changed cluster\.name/],
    ['extra routes', { extraRoutes: [{ cluster: 'd' }] }, /changed cluster\.name .* may reject .* keep the one/],
    ['TLS of routes', { tls: { routesSecret: 'routes' } }, /changed cluster\.tls .* on one side alone/],
    [
      'other credentials of routes',
      { auth: { clusterAuthSecret: 'b' } },
      /changed cluster\.authorization .* other credentials/,
    ],
    [
      'another pool',
      { natsConfig: { extra: { cluster: { Pool_Size: 5 } } } },
      /changed cluster\.pool_size .* may reject/,
    ],
  ])('warns of %s, which parts the servers while they are replaced', (_name, change, words) => {
    const from = { natsConfig: { extra: { cluster: { pool_size: 4 } } } };
    expect(warningsOf(change, from)).toEqual([expect.stringMatching(words)]);
  });

  test.each<[string, NatsClusterSpec]>([
    ['credentials that are removed', { auth: {} }],
    ['a gateway of the name that the cluster has', { gatewayConfig: { name: 'c' } }],
    ['certificates of clients', { tls: { serverSecret: 'certificate' } }],
    ['another version', { version: '2.14.9' }],
    ['a size', { size: 5 }],
  ])('warns of nothing for %s', (_name, change) => {
    expect(warningsOf(change)).toEqual([]);
  });

  test.each<[string, string, string, RegExp[]]>([
    [
      'two releases that cannot run side by side',
      '2.12.15',
      '2.15.2',
      [/updated to 2\.14\.9 first, and then to 2\.15\.2$/],
    ],
    ['an older release', '2.15.2', '2.14.9', [/^a downgrade from 2\.15\.2 to 2\.14\.9 may lose/]],
    ['a newer release that the servers can take at once', '2.10.29', '2.14.9', []],
  ])('warns where JetStream is concerned: %s', (_name, from, to, lines) => {
    const jetstream = { fileStorage: { size: '1Gi' } };
    expect(warningsOf({ version: to }, { version: from, jetstream })).toEqual(
      lines.map(line => expect.stringMatching(line) as string),
    );
  });

  test('does not warn of credentials that servers reload, unless the change restarts them as well', () => {
    const from = { pod: { enableConfigReload: true } };
    expect(warningsOf({ auth: { clusterAuthSecret: 'b' } }, from)).toEqual([]);
    const restart = { natsConfig: { extra: { max_traced_msg_len: 5, cluster: { pool_size: 5 } } } };
    expect(warningsOf({ auth: { clusterAuthSecret: 'b' }, ...restart }, from)).toHaveLength(1);
  });

  test('warns of nothing for a server that is alone', () => {
    expect(warningsOf({ clusterName: 'other', size: 1 }, { size: 1 })).toEqual([]);
  });
});
