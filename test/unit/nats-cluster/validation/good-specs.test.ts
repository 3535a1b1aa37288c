import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { describeProblem } from '../../../../src/schema/problem';
import { validateCluster } from '../../../../src/nats-cluster/validation/validate-cluster';
import { clusterSpec } from '../../../arbitraries/cluster-spec';
import { wholeSpec } from '../../../arbitraries/whole-spec';

describe('validation has nothing against', () => {
  test.each(['v2.15.2-alpine', '2.12.15', 'nightly'])('any valid spec for NATS %s', version => {
    fc.assert(
      fc.property(wholeSpec(version), spec => {
        expect(problemsOf({ spec })).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(['2.9.25', '2.1.9', '1.4.1'])('what an old server is asked for, NATS %s', version => {
    fc.assert(
      fc.property(clusterSpec(version), spec => {
        expect(problemsOf({ spec: { ...spec, extraRoutes: [] } })).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test.each(legacyClusters().map(cluster => [cluster.metadata?.name ?? '', cluster] as const))(
    "the Go operator's manifest %s",
    (name, cluster) => {
      expect(problemsOf(cluster)).toEqual(knownFaults[name] ?? []);
    },
  );

  test('JetStream with a volume to keep its files in', () => {
    const extra = { JetStream: { store_dir: '/data/jetstream' } };
    const template = { spec: { volumes: [{ name: 'data', emptyDir: {} }] } };
    const pod = { volumeMounts: [{ name: 'data', mountPath: '/data/' }] };
    expect(problemsOf({ spec: { natsConfig: { extra }, template, pod } })).toEqual([]);
  });

  test.each([
    ['a folder of its own in one volume for each server', { claim: true, size: 3, subPathExpr: '$(POD_NAME)' }],
    ['a volume for each server', { claim: false, size: 3, subPathExpr: '' }],
    ['one server and one volume', { claim: true, size: 1, subPathExpr: '' }],
  ])('JetStream with %s', (_, { claim, subPathExpr, size }) => {
    const source = claim ? { persistentVolumeClaim: { claimName: 'js' } } : { ephemeral: { volumeClaimTemplate: {} } };
    const spec = {
      size,
      natsConfig: {
        extra: { jetstream: { store_dir: '/data', max_file: '128MB', max_mem: '1Gi' }, mqtt: { port: 1883 } },
      },
      pod: { volumeMounts: [{ name: 'data', mountPath: '/data', subPathExpr }] },
      template: { spec: { volumes: [{ name: 'data', ...source }] } },
    } as NonNullable<NatsClusterObject['spec']>;
    expect(problemsOf({ spec })).toEqual([]);
  });

  test("labels that say what the operator's own say", () => {
    const labels = { app: 'nats', nats_cluster: 'good', 'app.kubernetes.io/managed-by': 'Helm' };
    expect(problemsOf({ spec: { pod: { labels }, template: { metadata: { labels } } } })).toEqual([]);
  });

  test('a version and an image that a Go client left empty', () => {
    expect(problemsOf({ spec: { size: 3, version: '', serverImage: '' } })).toEqual([]);
  });
});

test('no value whatsoever makes validation throw', () => {
  fc.assert(
    fc.property(
      fc.object({
        key: fc.constantFrom(...fields),
        maxDepth: 4,
        values: [fc.string(), fc.double(), fc.boolean(), fc.constant(null)],
      }),
      spec => {
        expect(() => validateCluster({ metadata: { name: 'x' }, spec })).not.toThrow();
      },
    ),
    { numRuns: 100 },
  );
});

/** The one example that Kubernetes never took: it refused the Service. */
const knownFaults: Readonly<Record<string, string[]>> = {
  'annotated-nats': [
    expect.stringContaining('spec.managementServicePolicy.labels.spin: is not a valid label value') as string,
  ],
};

const fields = [
  'size',
  'version',
  'pod',
  'tls',
  'auth',
  'template',
  'spec',
  'containers',
  'env',
  'extraRoutes',
  'route',
]
  .concat(['natsConfig', 'extra', 'natsEnv', 'name', 'tolerations', 'resources', 'limits', 'volumes', 'volumeMounts'])
  .concat(['gatewayConfig', 'gateways', 'url', 'urls', 'operatorConfig', 'resolverPreload', 'labels', 'metadata']);

function problemsOf(cluster: NatsClusterObject): string[] {
  return validateCluster({ metadata: { name: 'good', namespace: 'default' }, ...cluster }).problems.map(
    describeProblem,
  );
}

function legacyClusters(): NatsClusterObject[] {
  const documents = ['readme', 'examples'].flatMap(file =>
    [...parseAllDocuments(readFileSync(`test/fixtures/legacy/${file}.yaml`, 'utf8'))].map(
      document => document.toJS() as NatsClusterObject & { kind: string },
    ),
  );
  return documents.filter(({ kind }) => kind === 'NatsCluster');
}
