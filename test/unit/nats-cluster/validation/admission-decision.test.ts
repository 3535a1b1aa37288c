import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import * as fc from 'fast-check';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { admitNatsCluster, admitNatsServiceRole } from '../../../../src/nats-cluster/validation/admission-decision';

const bad = { size: 0, version: '2.15.2', extraRoutes: [{ route: 'http://a:1' }] };
const problems = [
  'spec.size: a NatsCluster has at least one server; to stop all of them for a while, set hibernate to true',
  'spec.extraRoutes[0].route: must start with nats:// or nats-route:// or tls://, got http:// (such as ' +
    'nats://nats-a.example.com:6222)',
];

describe('admission of a NatsCluster', () => {
  test('rejects an invalid one with every problem on its own line', () => {
    const message = ['2 validation errors:', ...problems.map(line => `- ${line}`)].join('\n');
    expect(admitNatsCluster(cluster(bad), undefined)).toEqual({ isAllowed: false, message, warnings: [] });
  });

  test('rejects a change that leaves it invalid', () => {
    expect(admitNatsCluster(cluster(bad), cluster({ ...bad, size: 3 })).isAllowed).toBe(false);
  });

  test('lets a bad one that is there be labelled and reported on, and warns', () => {
    expect(admitNatsCluster(cluster(bad), cluster(bad))).toEqual({ isAllowed: true, warnings: problems });
  });

  test('takes the defaults that it writes itself for no change of a bad one', () => {
    const stored = { extraRoutes: bad.extraRoutes };
    const defaulted = { ...stored, size: 3, version: '2.15.2' };
    expect(admitNatsCluster(cluster(defaulted), cluster(stored)).isAllowed).toBe(true);
  });

  test('never stands in the way of a deletion', () => {
    const metadata = { name: 'x', deletionTimestamp: '2026-01-01T00:00:00Z' };
    expect(admitNatsCluster({ metadata, spec: bad }, cluster({ size: 3 }))).toEqual({ isAllowed: true, warnings: [] });
  });

  test('lets one that is there be labelled though its spec has a wrong type', () => {
    const stored = { metadata: { name: 'x' }, spec: 'size: 3' } as unknown as NatsClusterObject;
    expect(admitNatsCluster(stored, stored).isAllowed).toBe(true);
  });

  test('answers whatever the spec is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (spec, old) => {
        const [object, before] = [spec, old].map(value => ({ metadata: { name: 'x' }, spec: value }) as object);
        expect(typeof admitNatsCluster(object ?? {}, before).isAllowed).toBe('boolean');
        expect(typeof admitNatsServiceRole(object ?? {}, before).isAllowed).toBe('boolean');
      }),
    );
  });

  test('requires a version where the running one is unknown', () => {
    const old = { ...cluster({ size: 1 }), status: { currentVersion: 'edge' } };
    const message =
      '1 validation error:\n- spec.version: must be set, because status.currentVersion does not say which version ' +
      "the servers run (use the tag of the image in the servers' pods to keep them unchanged)";
    expect(admitNatsCluster({ ...old, spec: { size: 2 } }, old)).toMatchObject({ isAllowed: false, message });
    expect(admitNatsCluster({ ...old, spec: { size: 2, version: '2.10.29' } }, old).isAllowed).toBe(true);
  });

  test('names the first fifty of many problems, cut short, and counts the others', () => {
    const labels = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`bad key ${index}`, 'x'.repeat(9)]));
    const { message } = {
      message: '',
      ...admitNatsCluster(cluster({ template: { metadata: { labels } } }), undefined),
    };
    const lines = message.split('\n');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([52, '60 validation errors:', '- and 10 more']);

    const long = admitNatsCluster(
      cluster({ extraRoutes: [{ route: `nats://a:1/${'x'.repeat(900)}` }, { route: 'é'.repeat(900) }] }),
      undefined,
    );
    expect(Buffer.byteLength(JSON.stringify(long))).toBeLessThan(4096);
  });

  describe('with a spec too large for the Secret of nats.conf', () => {
    const large = (accounts: number, size = 3) =>
      cluster({
        size,
        version: '2.15.2',
        operatorConfig: {
          secret: 'jwt',
          resolver: 'MEMORY',
          resolverPreload: Object.fromEntries(
            Array.from({ length: accounts }, (_, index) => [
              `A${'B'.repeat(52)}${'C'.repeat(3)}`.slice(0, 53) + String(index).padStart(3, '0'),
              `${'a'.repeat(4000)}.b.c`,
            ]),
          ),
        },
      });

    test('rejects it, and reports the size limit', () => {
      expect(admitNatsCluster(large(85), undefined)).toMatchObject({
        isAllowed: false,
        message: expect.stringMatching(
          /^1 validation error:\n- spec: has 3\d\d KiB as JSON, more than 320 KiB/,
        ) as string,
      });
      expect(admitNatsCluster(large(70), undefined).isAllowed).toBe(true);
    });

    test('lets one that was stored before be changed and made smaller, but not larger', () => {
      expect(admitNatsCluster(large(250, 5), large(250)).isAllowed).toBe(true);
      expect(admitNatsCluster(large(249, 5), large(250)).isAllowed).toBe(true);
      expect(admitNatsCluster(large(251), large(250)).isAllowed).toBe(false);
    });
  });

  test('allows a good one and passes warnings on', () => {
    const verdict = admitNatsCluster(cluster({ size: 3, version: '2.1.8' }), undefined);
    expect(verdict).toEqual({ isAllowed: true, warnings: [expect.stringContaining('out of support')] });
  });
});

describe('admission of another size of a NatsCluster with JetStream', () => {
  const jetStream = {
    natsConfig: { extra: { jetstream: { store_dir: '/data' } } },
    template: { spec: { volumes: [{ name: 'data', emptyDir: {} }] } },
    pod: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
  };
  const sized = (size: number): NatsClusterObject => cluster({ ...jetStream, version: '2.15.2', size });

  test.each([
    [5, 3],
    [3, 1],
    [1, 3],
  ])('rejects %i to %i, and says how to go there', (from, to) => {
    expect(admitNatsCluster(sized(to), sized(from))).toMatchObject({
      isAllowed: false,
      message: expect.stringMatching(
        `- spec.size: servers with JetStream can't be scaled from ${from} to ${to} without losing streams \\(.*, then annotate the NatsCluster with nats.io/allow-jetstream-scaling=${to}\\)`,
      ) as string,
    });
    const allowed = sized(to);
    const annotations = { 'nats.io/allow-jetstream-scaling': String(to) };
    const consenting = { ...allowed, metadata: { ...allowed.metadata, annotations } };
    expect(admitNatsCluster(consenting, sized(from)).isAllowed).toBe(true);
    expect(
      admitNatsCluster({ ...consenting, metadata: { ...allowed.metadata, annotations: {} } }, sized(from)).isAllowed,
    ).toBe(false);
  });

  test('allows fewer servers where the operator moves their streams, but not a single one', () => {
    const own = (size: number, change: NatsClusterSpec = {}): NatsClusterObject =>
      cluster({ version: '2.15.2', size, jetstream: { fileStorage: { size: '1Gi' } }, ...change });
    expect(admitNatsCluster(own(3), own(5)).isAllowed).toBe(true);
    expect(admitNatsCluster(own(1), own(3)).isAllowed).toBe(false);
    expect(admitNatsCluster(own(3), own(1)).isAllowed).toBe(false);
    const shared = { gatewayConfig: { name: 'east' } };
    expect(admitNatsCluster(own(3, shared), own(5, shared))).toMatchObject({
      isAllowed: false,
      message: expect.stringContaining('the servers share JetStream with other clusters') as string,
    });
  });

  test('allows more servers where there are several, and any size where JetStream is added or removed', () => {
    expect(admitNatsCluster(sized(5), sized(3)).isAllowed).toBe(true);
    const without = cluster({ version: '2.15.2', size: 3 });
    expect(admitNatsCluster(cluster({ version: '2.15.2', size: 1, jetstream: {} }), without).isAllowed).toBe(true);
    expect(admitNatsCluster(without, sized(1)).isAllowed).toBe(true);
  });
});

describe('admission of a change of the storage of JetStream', () => {
  const stored = (fileStorage: object | undefined): NatsClusterObject =>
    cluster({ version: '2.15.2', size: 3, jetstream: { ...(fileStorage && { fileStorage: fileStorage as never }) } });
  const old = stored({ size: '10Gi', storageClassName: 'fast' });

  test.each<[string, NatsClusterObject, string]>([
    [
      'a smaller size',
      stored({ size: '9Gi', storageClassName: 'fast' }),
      "- spec.jetstream.fileStorage.size: can't shrink from 10Gi to 9Gi: Kubernetes cannot make a volume smaller (set size to 10Gi or more; to use less of it, set maxStore)",
    ],
    [
      'another storage class',
      stored({ size: '10Gi' }),
      "- spec.jetstream.fileStorage.storageClassName: can't be changed: volumes keep the storage class that they were created with, fast (create another NatsCluster with it, and restore a backup of the streams there (nats account backup))",
    ],
    [
      'none',
      stored(undefined),
      "- spec.jetstream.fileStorage: can't be removed: all streams on disk would be gone for their clients (back up the streams (nats account backup), then annotate the NatsCluster with nats.io/allow-jetstream-removal=true; the volumes stay)",
    ],
    [
      'no JetStream',
      cluster({ version: '2.15.2', size: 3 }),
      "- spec.jetstream: can't be removed: all streams on disk would be gone for their clients (back up the streams (nats account backup), then annotate the NatsCluster with nats.io/allow-jetstream-removal=true; the volumes stay)",
    ],
  ])('rejects %s', (_what, object, message) => {
    expect(admitNatsCluster(object, old)).toMatchObject({
      isAllowed: false,
      message: `1 validation error:\n${message}`,
    });
  });

  test('allows a larger size, the same one in other units, and its first appearance', () => {
    expect(admitNatsCluster(stored({ size: '20Gi', storageClassName: 'fast' }), old).isAllowed).toBe(true);
    expect(admitNatsCluster(stored({ size: '10240Mi', storageClassName: 'fast' }), old).isAllowed).toBe(true);
    expect(admitNatsCluster(old, stored(undefined)).isAllowed).toBe(true);
  });

  test('allows its removal with consent', () => {
    const annotations = { 'nats.io/allow-jetstream-removal': 'true' };
    const bare = cluster({ version: '2.15.2', size: 3 });
    expect(admitNatsCluster({ ...bare, metadata: { ...bare.metadata, annotations } }, old).isAllowed).toBe(true);
  });

  test('lets JetStream by natsConfig.extra stay where it is', () => {
    const extra = {
      natsConfig: { extra: { jetstream: { store_dir: '/data' } } },
      template: { spec: { volumes: [{ name: 'data', emptyDir: {} }] } },
      pod: { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    };
    const before = cluster({ ...extra, version: '2.14.9', size: 3 });
    expect(admitNatsCluster(cluster({ ...extra, version: '2.15.2', size: 3 }), before).isAllowed).toBe(true);
    expect(admitNatsCluster(before, undefined)).toMatchObject({
      isAllowed: false,
      message: expect.stringContaining(
        "spec.natsConfig.extra.jetstream: can't be set here (use spec.jetstream",
      ) as string,
    });
  });
});

describe('admission of a NatsServiceRole', () => {
  const metadata = { name: 'user', labels: { nats_cluster: 'x' } };
  const spec = { permissions: { publish: ['a..b'], subscribe: [] } };

  test('rejects an invalid one', () => {
    expect(admitNatsServiceRole({ metadata, spec }, undefined)).toMatchObject({
      isAllowed: false,
      message: expect.stringMatching(/^1 validation error:\n- spec\.permissions\.publish\[0\]: /) as string,
    });
  });

  test('lets a bad one that is there be labelled', () => {
    expect(admitNatsServiceRole({ metadata, spec }, { metadata: {}, spec }).isAllowed).toBe(true);
  });
});

function cluster(spec: NonNullable<NatsClusterObject['spec']>): NatsClusterObject {
  return { metadata: { name: 'x', namespace: 'default' }, spec };
}
