import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { storedFields } from '../../../../src/nats-cluster/apply/drift';
import { planPodMetadata } from '../../../../src/nats-cluster/apply/pod-metadata';
import { podId } from '../../../../src/nats-cluster/apply/stripped-annotations';

const model = resolveCluster({ metadata: { name: 'c', namespace: 'n', uid: 'u' }, spec: { version: '2.15.2' } });

const live: ChildStatefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n', generation: 2 },
  spec: {
    selector: {},
    serviceName: 'c-mgmt',
    template: { metadata: { labels: { nats_version: '2.15.2' }, annotations: { 'nats.version': '2.15.2' } } },
  },
  status: { replicas: 1, observedGeneration: 2, updateRevision: 'new' },
};

const pod = (revision: string, version: string): V1Pod => ({
  metadata: {
    name: 'c-1',
    uid: 'p',
    labels: { app: 'nats', nats_cluster: 'c', nats_version: version, 'controller-revision-hash': revision },
    annotations: { 'nats.version': version },
  },
});

const plan = (set: ChildStatefulSet | undefined, pods: readonly V1Pod[], orphans: readonly V1Pod[] = []) =>
  planPodMetadata(model, set, { cluster: {}, children: [], servers: new Map(), pods, orphans });

test('a pod with all its marks is left alone', () => {
  expect(plan(live, [pod('new', '2.15.2')])).toEqual([]);
});

test('reverts a changed version, and reports it', () => {
  expect(plan(live, [pod('new', 'none')])).toEqual([
    {
      type: 'mark-pod',
      pod: { name: 'c-1', uid: 'p' },
      labels: { nats_version: '2.15.2' },
      annotations: { 'nats.version': '2.15.2' },
      disruptive: false,
      event: {
        type: 'Warning',
        reason: 'DriftCorrected',
        message: 'Reverted an external change to nats_version, nats.version of Pod/c-1',
      },
    },
  ]);
});

test('what the API server has not stored when it was asked for it is not written again', () => {
  const edited = pod('new', 'none');
  const stored = storedFields(
    { metadata: { labels: { nats_version: '2.15.2' }, annotations: { 'nats.version': '2.15.2' } } },
    edited,
  );
  const observed = { cluster: {}, children: [], servers: new Map(), pods: [edited] };
  expect(planPodMetadata(model, live, { ...observed, stored: new Map([[podId('c-1'), stored]]) })).toEqual([]);
  const other = { ...observed, pods: [pod('new', 'other')] };
  expect(planPodMetadata(model, live, { ...other, stored: new Map([[podId('c-1'), stored]]) })).toHaveLength(1);
});

test('a pod of an older template keeps its version', () => {
  expect(plan(live, [pod('old', '2.14.9')])).toEqual([]);
});

test('a template that the StatefulSet controller has not seen yet says nothing about pods', () => {
  expect(plan({ ...live, metadata: { ...live.metadata, generation: 3 } }, [pod('new', '2.14.9')])).toEqual([]);
});

test('a pod that was let go gets the labels that it is selected by', () => {
  const stray: V1Pod = { metadata: { name: 'c-1', uid: 'p', labels: { app: 'nats', nats_version: 'none' } } };
  expect(plan(live, [], [stray])).toMatchObject([{ labels: { nats_cluster: 'c' }, annotations: {} }]);
  expect(plan(undefined, [], [stray])).toEqual([]);
  const going = { metadata: { ...stray.metadata, deletionTimestamp: new Date() } };
  expect(plan(live, [], [going])).toEqual([]);
});
