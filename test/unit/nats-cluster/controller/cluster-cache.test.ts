import type { V1Pod } from '@kubernetes/client-node';
import type { ChildService } from '../../../../src/nats-cluster/child';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { ClusterCache } from '../../../../src/nats-cluster/controller/cluster-cache';
import { secretVersion } from '../../../../src/nats-cluster/controller/cluster-entry';

const KEY = 'team/c';

const missing = { content: undefined, version: undefined };

describe('the Secrets that a cluster uses', () => {
  it('are no longer watched for it, nor held, when its spec names others', () => {
    const cache = new ClusterCache();
    cache.storeCluster(KEY, { metadata: { name: 'c', namespace: 'team' } });
    cache.setUsedSecrets(KEY, new Set(['team/a', 'team/b']));
    cache.get(KEY)?.secrets.set('a', missing).set('b', missing);
    cache.setUsedSecrets(KEY, new Set(['team/b']));
    expect([...cache.secretUsers('team/a')]).toEqual([]);
    expect([...cache.secretUsers('team/b')]).toEqual([KEY]);
    expect([...(cache.get(KEY)?.secrets.keys() ?? [])]).toEqual(['b']);
  });

  it('are dropped when they have changed, and kept when a list delivers them again', () => {
    const cache = new ClusterCache();
    cache.storeCluster(KEY, { metadata: { name: 'c', namespace: 'team' } });
    const entry = cache.get(KEY);
    const metadata = { namespace: 'team', name: 'a', uid: 'u', resourceVersion: '5' };
    const read = (): unknown => entry?.secrets.set('a', { content: {}, version: secretVersion(metadata) });
    read();
    expect(entry?.dropSecret(metadata, 'present')).toBe(false);
    expect(entry?.secrets.has('a')).toBe(true);
    expect(entry?.dropSecret({ ...metadata, resourceVersion: '6' }, 'present')).toBe(true);
    expect(entry?.secrets.has('a')).toBe(false);
    read();
    expect(entry?.dropSecret({ ...metadata, uid: 'recreated' }, 'present')).toBe(true);
    read();
    expect(entry?.dropSecret(metadata, 'gone')).toBe(true);
    entry?.secrets.set('a', missing);
    expect(entry?.dropSecret(metadata, 'present')).toBe(true);
    expect(entry?.dropSecret(metadata, 'present')).toBe(true);
  });

  it('are nobody’s when it is gone, also where it has gone while they were read', () => {
    const cache = new ClusterCache();
    cache.storeCluster(KEY, { metadata: { name: 'c', namespace: 'team' } });
    cache.setUsedSecrets(KEY, new Set(['team/a']));
    cache.forget(KEY, undefined);
    expect([...cache.secretUsers('team/a')]).toEqual([]);
    cache.setUsedSecrets(KEY, new Set(['team/a']));
    expect([...cache.secretUsers('team/a')]).toEqual([]);
  });
});

describe('what is held of all clusters', () => {
  const cluster = (name: string): NatsClusterObject => ({ metadata: { name, namespace: 'team', uid: name }, spec: {} });
  const pod = (name: string, bytes: number): V1Pod => ({ metadata: { name }, status: { podIP: 'x'.repeat(bytes) } });

  it('is bounded: the largest is let go, and read again when it is needed', () => {
    const cache = new ClusterCache(10_000);
    for (const name of ['small', 'large']) cache.storeCluster(`team/${name}`, cluster(name));
    cache.storePod('team/small', pod('small-1', 1_000));
    cache.measure('team/small');
    cache.storePod('team/large', pod('large-1', 20_000));
    cache.measure('team/large');
    expect(cache.get('team/large')).toMatchObject({ isShed: true, complete: false, pods: new Map() });
    expect(cache.get('team/small')).toMatchObject({ isShed: false });
    expect(cache.get('team/small')?.pods.size).toBe(1);
  });

  it('is bounded while NatsClusters are listed, before any has been reconciled', () => {
    const cache = new ClusterCache(10_000);
    for (let index = 0; index < 100; index += 1) {
      const { metadata } = cluster(`c-${index}`);
      cache.storeCluster(`team/c-${index}`, {
        ...{ metadata, spec: { serverImage: 'x'.repeat(5_000) }, status: { phase: 'Running' } },
      } as NatsClusterObject);
    }
    const held = cache.keys().map(key => cache.get(key)?.cluster);
    expect(JSON.stringify(held).length).toBeLessThan(20_000);
    expect(cache.phases()).toEqual(new Map([['Running', 100]]));
  });

  it('is told of by namespace, so that what a list does not show of it counts as gone', () => {
    const cache = new ClusterCache();
    cache.storeCluster('team/c', cluster('c'));
    cache.storePod('team/c', pod('c-1', 1));
    cache.setUsedSecrets('team/c', new Set(['team/users']));
    expect([...cache.cached('Pod', 'team')].map(({ metadata }) => metadata?.name)).toEqual(['c-1']);
    expect([...cache.cached('Pod', 'other')]).toEqual([]);
    expect([...cache.cached('NatsCluster', undefined)]).toEqual([cluster('c')]);
    expect([...cache.cached('Secret', undefined)]).toEqual([{ metadata: { namespace: 'team', name: 'users' } }]);
  });

  it('is told of after it was let go, so that a child which goes meanwhile is missed', () => {
    const cache = new ClusterCache(10_000);
    cache.storeCluster('team/c', cluster('c'));
    const metadata = { name: 'c', namespace: 'team', uid: 'u', labels: { app: 'nats' } };
    cache.storeChild('team/c', { apiVersion: 'v1', kind: 'Service', metadata });
    cache.storePod('team/c', pod('c-1', 20_000));
    cache.measure('team/c');
    expect(cache.get('team/c')?.children.size).toBe(0);
    const shown = { kind: 'Service', metadata: { name: 'c', namespace: 'team', uid: 'u' } };
    expect([...cache.cached('Service', 'team')]).toEqual([shown]);
    cache.removeChild('team/c', { ...shown, apiVersion: 'v1' } as ChildService);
    expect([...cache.cached('Service', 'team')]).toEqual([]);
  });

  it('is told of with its uid where that is known, so that it goes with its Secret', () => {
    const cache = new ClusterCache();
    cache.storeCluster('team/c', cluster('c'));
    cache.setUsedSecrets('team/c', new Set(['team/c']));
    const metadata = { name: 'c', namespace: 'team', uid: 'u', resourceVersion: '1' };
    cache.storeChild('team/c', { apiVersion: 'v1', kind: 'Secret', metadata });
    expect([...cache.cached('Secret', undefined)].at(-1)?.metadata?.uid).toBe('u');
  });
});
