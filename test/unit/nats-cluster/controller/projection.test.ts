import type { V1OwnerReference, V1Pod } from '@kubernetes/client-node';
import { projectChild, projectCluster, projectPod } from '../../../../src/nats-cluster/controller/projection';
import {
  projectAccount,
  projectRole,
  projectSecretMetadata,
} from '../../../../src/nats-service-role/controller/projection';
import { tokenLabels, toTokenSecretRef } from '../../../../src/nats-service-role/bound-token';
import { monitorScheme } from '../../../../src/nats-cluster/monitoring/monitor-scheme';
import { configFileOf, natsContainerOf } from '../../../../src/nats-cluster/rollout/restart-reason';
import { validateServiceRole } from '../../../../src/nats-service-role/validate-service-role';
import { ownPodLabels } from '../../../fixtures/own-pod';

const LONG = 'x'.repeat(200_000);
const FOREIGN = { [LONG.slice(0, 60)]: LONG };

const pod: V1Pod = {
  metadata: {
    ...{ name: 'c-1', namespace: 'team', uid: 'u', resourceVersion: '7' },
    labels: { ...ownPodLabels('c-1'), ...FOREIGN },
    annotations: { 'nats.version': '2.10.29', 'nats.io/config-digest': 'd', ...FOREIGN },
    ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'c', uid: 's', controller: true }],
    managedFields: [{ manager: LONG }],
  },
  spec: {
    containers: [
      {
        name: 'nats',
        image: 'nats:2.10.29',
        command: ['nats-server'],
        args: ['-c', '/etc/nats-config/nats-1.conf', LONG],
        env: [{ name: 'A', value: LONG }],
        readinessProbe: { httpGet: { path: '/healthz', port: 8222, scheme: 'HTTPS' }, periodSeconds: 3 },
      },
      { name: 'reloader', image: LONG },
      { name: 'theirs', image: LONG },
    ],
    volumes: [
      { name: 'theirs', configMap: { name: LONG } },
      { name: 'routes-tls-certs', secret: { secretName: 'routes' } },
    ],
  },
  status: {
    podIP: '10.0.0.1',
    conditions: [{ type: 'Ready', status: 'False', message: LONG }],
    containerStatuses: [
      {
        ...{ name: 'nats', image: LONG, imageID: LONG, ready: false, restartCount: 1, containerID: 'containerd://1' },
        state: { terminated: { exitCode: 1, message: `${LONG}the last words` } },
      },
    ],
  },
};

describe('of a pod', () => {
  it('all is kept that is asked of one', () => {
    const kept = projectPod(pod);
    expect(kept.metadata).toEqual({
      ...{ name: 'c-1', namespace: 'team', uid: 'u', resourceVersion: '7' },
      labels: ownPodLabels('c-1'),
      annotations: { 'nats.version': '2.10.29', 'nats.io/config-digest': 'd' },
      ownerReferences: pod.metadata?.ownerReferences,
    });
    expect(configFileOf(natsContainerOf(kept))).toBe('/etc/nats-config/nats-1.conf');
    expect(monitorScheme(kept)).toBe('https');
    expect(kept.spec?.containers.map(({ name }) => name)).toEqual(['nats', 'reloader']);
    expect(kept.spec?.volumes).toEqual([{ name: 'routes-tls-certs', secret: { secretName: 'routes' } }]);
    expect(kept.status?.containerStatuses?.[0]?.state?.terminated?.message).toMatch(/the last words$/);
  });

  it('nothing is kept that may be large', () => {
    expect(JSON.stringify(pod).length).toBeGreaterThan(2_000_000);
    expect(JSON.stringify(projectPod(pod)).length).toBeLessThan(12_000);
  });
});

test('of a Secret’s metadata that is kept which tells of a token, and nothing else', () => {
  const purpose = { cluster: 'c', clusterNamespace: 'team', role: 'r', roleUid: 'ru' };
  const { labels, annotations } = tokenLabels(purpose);
  const metadata = {
    ...{ namespace: 'team', name: 'r-c-bound-token', uid: 'u', resourceVersion: '7' },
    ...{ labels: { ...labels, ...FOREIGN }, annotations: { ...annotations, ...FOREIGN } },
    ownerReferences: [
      { kind: 'Theirs', name: LONG, uid: LONG },
      { kind: 'NatsServiceRole', name: 'r', uid: 'ru' },
    ],
  };
  const kept = projectSecretMetadata(metadata);
  expect(toTokenSecretRef(kept)).toEqual(toTokenSecretRef(metadata));
  expect(toTokenSecretRef({ ...kept, annotations: {} })).toEqual(toTokenSecretRef({ ...metadata, annotations: {} }));
  expect(JSON.stringify(kept).length).toBeLessThan(1_000);
});

test('of an account that is kept to whom it agrees', () => {
  const metadata = { namespace: 'a', name: 'n', uid: 'u', resourceVersion: '7', labels: FOREIGN };
  const kept = projectAccount({ ...metadata, annotations: { 'nats.io/clusters': 'team/c', ...FOREIGN } });
  expect(kept.annotations).toEqual({ 'nats.io/clusters': 'team/c' });
  expect(JSON.stringify(kept).length).toBeLessThan(500);
});

test('a ServiceAccount agrees to all NatsClusters that are kept by their whole names, and to hundreds of them', () => {
  const agreed = (count: number): string => Array.from({ length: count }, (_, index) => `team/cluster-${index}`).join();
  const consentTo = (clusters: string): string | undefined =>
    projectAccount({ name: 'orders', annotations: { 'nats.io/clusters': clusters } }).annotations?.['nats.io/clusters'];
  expect(consentTo(agreed(500))).toBe(agreed(500));
  const kept = consentTo(agreed(2_000)) ?? '';
  expect(kept.length).toBeGreaterThan(16_000);
  expect(agreed(2_000).split(',')).toEqual(expect.arrayContaining(kept.split(',')));
  expect(consentTo(LONG)).toBe('');
});

test('of NatsClusters and children nobody’s notes on who manages which field are kept', () => {
  const metadata = { name: 'c', namespace: 'team', uid: 'u', resourceVersion: '7', managedFields: [{ manager: LONG }] };
  const annotations = { 'nats.io/restartedAt': 'now', ...FOREIGN };
  expect(projectCluster({ metadata: { ...metadata, annotations }, spec: { size: 1 } })).toEqual({
    metadata: {
      ...{ name: 'c', namespace: 'team', uid: 'u', resourceVersion: '7' },
      annotations: { 'nats.io/restartedAt': 'now' },
    },
    spec: { size: 1 },
  });
  expect(projectChild({ metadata, spec: { a: 1 } })).toEqual({
    metadata: { name: 'c', namespace: 'team', uid: 'u', resourceVersion: '7' },
    spec: { a: 1 },
  });
});

test('owners of a pod and the Secret of its routes have names of a length that there is', () => {
  const owners = Array(100).fill({ apiVersion: LONG, kind: LONG, name: LONG, uid: LONG }) as V1OwnerReference[];
  const volumes = [{ name: 'routes-tls-certs', secret: { secretName: LONG } }];
  const large: V1Pod = { metadata: { ...pod.metadata, ownerReferences: owners }, spec: { containers: [], volumes } };
  expect(JSON.stringify(projectPod(large)).length).toBeLessThan(64_000);
});

test('of a role that is larger than a role may be its identity is kept, and that it is invalid', () => {
  const publish = Array.from({ length: 10_000 }, (_, index) => `orders.${index}`);
  const metadata = { name: 'r', namespace: 'team', uid: 'u' };
  const role = projectRole({ metadata, spec: { permissions: { publish } } });
  expect(JSON.stringify(role).length).toBeLessThan(1_000);
  expect(validateServiceRole(role).problems).toEqual([
    expect.objectContaining({ path: 'spec', message: 'has more than 64 KiB as JSON' }),
  ]);
});
