import type { V1Pod } from '@kubernetes/client-node';
import { ClusterEntry, sizeOf } from '../../../../src/nats-cluster/controller/cluster-entry';
import type { Child } from '../../../../src/nats-cluster/children';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';

const service = (uid: string, resourceVersion: string): Child => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'c', namespace: 'team', uid, resourceVersion, labels: { app: 'nats' } },
});

const pod = (uid: string, resourceVersion: string): V1Pod => ({
  metadata: { name: 'c-1', namespace: 'team', uid, resourceVersion },
});

function cluster(uid: string, resourceVersion: string): NatsClusterObject {
  const metadata = { name: 'c', namespace: 'team', uid, resourceVersion };
  return { metadata };
}

const NOTHING = new Map<string, string>();

describe('a child that the watch has shown to be gone', () => {
  it('is not brought back by the answer to a write of ours, also where it was never seen', () => {
    const entry = new ClusterEntry();
    entry.removeChild(service('a', '7'));
    entry.storeAppliedChild(service('a', '6'), NOTHING);
    entry.storeAppliedChild(service('a', '9'), NOTHING);
    expect(entry.children.size).toBe(0);
  });

  it('is not brought back by an older state of it, nor by one of those before it', () => {
    const entry = new ClusterEntry();
    entry.storeChild(service('b', '6'));
    entry.removeChild(service('b', '7'));
    entry.storeChild(service('b', '6'));
    entry.storeAppliedChild(service('a', '3'), NOTHING);
    expect(entry.children.size).toBe(0);
  });

  it('makes way for the next one of its name', () => {
    const entry = new ClusterEntry();
    entry.removeChild(service('a', '7'));
    entry.storeAppliedChild(service('b', '8'), NOTHING);
    expect([...entry.children.values()].map(({ metadata }) => metadata.uid)).toEqual(['b']);
  });

  it('is back where it has only lost a label for a while', () => {
    const entry = new ClusterEntry();
    entry.storeChild(service('a', '6'));
    entry.removeChild(service('a', '7'));
    entry.storeChild(service('a', '8'));
    entry.storeAppliedChild(service('a', '9'), NOTHING);
    expect([...entry.children.values()].map(({ metadata }) => metadata.resourceVersion)).toEqual(['9']);
  });

  it('is back where all were counted as gone for a while, as they were', () => {
    const entry = new ClusterEntry();
    entry.removeChild(service('a', '7'));
    entry.storeChild(service('a', '7'));
    expect(entry.children.size).toBe(1);
  });
});

describe('a pod that the watch has shown to be gone', () => {
  it('is not brought back by the answer to a patch of ours, but by a successor', () => {
    const entry = new ClusterEntry();
    entry.storePod(pod('a', '5'));
    entry.removePod(pod('a', '7'));
    entry.storePatchedPod(pod('a', '6'));
    entry.storePatchedPod(pod('a', '8'));
    expect(entry.pods.size).toBe(0);
    entry.storePod(pod('b', '9'));
    expect(entry.pods.size).toBe(1);
  });

  it('is remembered as gone for a bounded number of names', () => {
    const entry = new ClusterEntry();
    for (let ordinal = 1; ordinal <= 2_000; ordinal += 1) {
      entry.removePod({ metadata: { name: `c-${ordinal}`, uid: 'a', resourceVersion: '7' } });
    }
    entry.storePatchedPod({ metadata: { name: 'c-2000', uid: 'a', resourceVersion: '8' } });
    expect(entry.pods.size).toBe(0);
    entry.storePatchedPod({ metadata: { name: 'c-1', uid: 'a', resourceVersion: '8' } });
    expect(entry.pods.size).toBe(1);
  });
});

it('the state of another NatsCluster of the name is not its own', () => {
  const entry = new ClusterEntry(cluster('a', '5'));
  entry.storeCluster(cluster('b', '9'));
  entry.storeCluster(cluster('a', '4'));
  expect(entry.cluster?.metadata).toMatchObject({ uid: 'a', resourceVersion: '5' });
});

test('what is held of objects counts by their values as well, which take more than their text', () => {
  const many = Array.from({ length: 10_000 }, () => ({}));
  const text = 'x'.repeat(JSON.stringify(many).length);
  expect(sizeOf({ many })).toBeGreaterThan(4 * sizeOf({ text }));
});

describe('the Secret of the operator’s own user', () => {
  const metadata = (resourceVersion: string) => ({
    ...{ name: 'c-system-user', namespace: 'team', uid: 'a', resourceVersion },
  });
  const reading = (): ClusterEntry => {
    const entry = new ClusterEntry();
    entry.replace(
      {
        children: [{ apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata('6'), labels: { app: 'nats' } } }],
        pods: [],
        claims: [],
      },
      0,
    );
    return entry;
  };

  it('is read again where it is another than the one that was read', () => {
    const entry = reading();
    expect(entry.systemUserChanged(metadata('6'), 'present')).toBe(false);
    expect(entry.complete).toBe(true);
    expect(entry.systemUserChanged(metadata('7'), 'present')).toBe(true);
    expect(entry.complete).toBe(false);
  });

  it('is gone where it is deleted, once', () => {
    const entry = reading();
    expect(entry.systemUserChanged(metadata('7'), 'gone')).toBe(true);
    expect([entry.children.size, entry.complete]).toEqual([0, false]);
    expect(entry.systemUserChanged(metadata('7'), 'gone')).toBe(false);
  });
});
