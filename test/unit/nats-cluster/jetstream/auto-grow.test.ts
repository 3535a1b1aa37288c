import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { FileStorage } from '../../../../generated/nats-cluster';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { withAvailableStorage } from '../../../../src/nats-cluster/jetstream/available-storage';
import { planClaims } from '../../../../src/nats-cluster/jetstream/plan-claims';
import type { AnsweringServer, Observed } from '../../../../src/nats-cluster/observed';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';

const GIBIBYTE = 1024 ** 3;

const claim = (ordinal: number, requested: string, capacity = requested): V1PersistentVolumeClaim => ({
  metadata: { name: `jetstream-c-${ordinal}`, uid: `claim-${ordinal}` },
  spec: { resources: { requests: { storage: requested } } },
  status: { phase: 'Bound', capacity: { storage: capacity } },
});

/** A server whose streams use so much of its limit, in bytes. */
const server = (storage: number, maxStorage: number): AnsweringServer => ({
  answered: true,
  serverId: 'id',
  routedTo: new Set(),
  jetstream: {
    ...{ answered: true, serverName: 'c-1', state: 'on', problem: undefined, metaGroup: undefined },
    usage: {
      memory: 0,
      storage,
      maxMemory: 0,
      maxStorage,
      streams: 1,
      consumers: 0,
    },
  },
});

interface Situation {
  readonly storage?: FileStorage;
  readonly claims: readonly V1PersistentVolumeClaim[];
  /** The size of the claim template. */
  readonly template?: string;
  readonly servers: readonly AnsweringServer[];
}

const growing: FileStorage = { size: '10Gi', autoGrow: { limit: '20Gi' } };

/** The sizes that the claims are asked to have, and the limit of streams in GiB. */
function decide({ storage: fileStorage = growing, claims, template = '10Gi', servers }: Situation) {
  const cluster = {
    metadata: { name: 'c', namespace: 'n', uid: 'u' },
    spec: { size: claims.length, version: '2.15.2', jetstream: { fileStorage } },
  };
  const live = {
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'c', namespace: 'n' } },
    spec: {
      replicas: claims.length,
      volumeClaimTemplates: [
        { metadata: { name: 'jetstream' }, spec: { resources: { requests: { storage: template } } } },
      ],
    },
  } as unknown as ChildStatefulSet;
  const observed: Observed = {
    ...{ cluster, children: [live], pods: [], claims },
    servers: new Map(servers.map((each, index) => [`c-${index + 1}`, each])),
  };
  const model = withAvailableStorage(resolveCluster(cluster), observed);
  const { maxStore = 0 } = model.jetstream?.fileStorage ?? {};
  return { asked: planClaims(model, observed).map(({ size }) => size), maxStore: maxStore / GIBIBYTE };
}

const LIMIT = 9 * GIBIBYTE;
const full = server(0.85 * LIMIT, LIMIT);
const roomy = server(0.5 * LIMIT, LIMIT);

test('all volumes grow when the streams of one server use much of its limit, which follows later', () => {
  expect(decide({ claims: [claim(1, '10Gi'), claim(2, '10Gi')], servers: [roomy, full] })).toEqual({
    asked: ['12800Mi', '12800Mi'],
    maxStore: 9,
  });
});

test.each<[string, Situation]>([
  ['there is room', { claims: [claim(1, '10Gi')], servers: [roomy] }],
  ['no server answers', { claims: [claim(1, '10Gi')], servers: [] }],
  ['a volume has not grown yet', { claims: [claim(1, '12800Mi', '10Gi')], servers: [full] }],
  ['a server has not got the larger limit yet', { claims: [claim(1, '12800Mi')], servers: [full] }],
  ['the limit is reached', { claims: [claim(1, '20Gi')], servers: [server(17.9 * GIBIBYTE, 18 * GIBIBYTE)] }],
  ['it is not asked for', { storage: { size: '10Gi' }, claims: [claim(1, '10Gi')], servers: [full] }],
])('no volume grows where %s', (_what, situation) => {
  expect(decide(situation).asked).toEqual([]);
});

test('the limit of streams is raised when all volumes have grown, and a volume that came late grows as well', () => {
  expect(decide({ claims: [claim(1, '12800Mi')], servers: [full] }).maxStore).toBe(11.25);
  expect(decide({ claims: [claim(1, '12800Mi'), claim(2, '10Gi')], servers: [roomy] })).toEqual({
    asked: ['12800Mi'],
    maxStore: 9,
  });
});

test('the last step ends at the limit', () => {
  const servers = [server(16 * GIBIBYTE, 17 * GIBIBYTE)];
  expect(decide({ claims: [claim(1, '18Gi')], template: '18Gi', servers }).asked).toEqual(['20480Mi']);
});

test('volumes grow with the spec where that asks for more', () => {
  expect(
    decide({ storage: { ...growing, size: '15Gi' }, claims: [claim(1, '12800Mi')], servers: [roomy] }).asked,
  ).toEqual(['15Gi']);
});
