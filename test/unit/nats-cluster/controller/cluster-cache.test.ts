import type { V1Pod } from '@kubernetes/client-node';
import type { ChildService } from '../../../../src/nats-cluster/child';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { World } from '../../../../src/nats-cluster/controller/cluster-cache';

const KEY = 'team/c';

describe('the Secrets that a cluster uses', () => {
  it('are no longer watched for it, nor held, when its spec names others', () => {
    const world = new World();
    world.storeCluster(KEY, { metadata: { name: 'c', namespace: 'team' } });
    world.setUsedSecrets(KEY, new Set(['team/a', 'team/b']));
    world.get(KEY)?.secrets.set('a', undefined).set('b', undefined);
    world.setUsedSecrets(KEY, new Set(['team/b']));
    expect([...world.secretUsers('team/a')]).toEqual([]);
    expect([...world.secretUsers('team/b')]).toEqual([KEY]);
    expect([...(world.get(KEY)?.secrets.keys() ?? [])]).toEqual(['b']);
  });

  it('are nobody’s when it is gone, also where it has gone while they were read', () => {
    const world = new World();
    world.storeCluster(KEY, { metadata: { name: 'c', namespace: 'team' } });
    world.setUsedSecrets(KEY, new Set(['team/a']));
    world.forget(KEY, undefined);
    expect([...world.secretUsers('team/a')]).toEqual([]);
    world.setUsedSecrets(KEY, new Set(['team/a']));
    expect([...world.secretUsers('team/a')]).toEqual([]);
  });
});

describe('what is held of all clusters', () => {
  const cluster = (name: string): NatsClusterObject => ({ metadata: { name, namespace: 'team', uid: name }, spec: {} });
  const pod = (name: string, bytes: number): V1Pod => ({ metadata: { name }, status: { podIP: 'x'.repeat(bytes) } });

  it('is bounded: the largest is let go, and read again when it is needed', () => {
    const world = new World(10_000);
    for (const name of ['small', 'large']) world.storeCluster(`team/${name}`, cluster(name));
    world.storePod('team/small', pod('small-1', 1_000));
    world.measure('team/small');
    world.storePod('team/large', pod('large-1', 20_000));
    world.measure('team/large');
    expect(world.get('team/large')).toMatchObject({ isShed: true, complete: false, pods: new Map() });
    expect(world.get('team/small')).toMatchObject({ isShed: false });
    expect(world.get('team/small')?.pods.size).toBe(1);
  });

  it('is bounded while NatsClusters are listed, before any has been reconciled', () => {
    const world = new World(10_000);
    for (let index = 0; index < 100; index += 1) {
      const { metadata } = cluster(`c-${index}`);
      world.storeCluster(`team/c-${index}`, {
        ...{ metadata, spec: { serverImage: 'x'.repeat(5_000) }, status: { phase: 'Running' } },
      } as NatsClusterObject);
    }
    const held = world.keys().map(key => world.get(key)?.cluster);
    expect(JSON.stringify(held).length).toBeLessThan(20_000);
    expect(world.phases()).toEqual(new Map([['Running', 100]]));
  });

  it('is told of by namespace, so that what a list does not show of it counts as gone', () => {
    const world = new World();
    world.storeCluster('team/c', cluster('c'));
    world.storePod('team/c', pod('c-1', 1));
    world.setUsedSecrets('team/c', new Set(['team/users']));
    expect([...world.held('Pod', 'team')].map(({ metadata }) => metadata?.name)).toEqual(['c-1']);
    expect([...world.held('Pod', 'other')]).toEqual([]);
    expect([...world.held('NatsCluster', undefined)]).toEqual([cluster('c')]);
    expect([...world.held('Secret', undefined)]).toEqual([{ metadata: { namespace: 'team', name: 'users' } }]);
  });

  it('is told of after it was let go, so that a child which goes meanwhile is missed', () => {
    const world = new World(10_000);
    world.storeCluster('team/c', cluster('c'));
    const metadata = { name: 'c', namespace: 'team', uid: 'u', labels: { app: 'nats' } };
    world.storeChild('team/c', { apiVersion: 'v1', kind: 'Service', metadata });
    world.storePod('team/c', pod('c-1', 20_000));
    world.measure('team/c');
    expect(world.get('team/c')?.children.size).toBe(0);
    const shown = { kind: 'Service', metadata: { name: 'c', namespace: 'team', uid: 'u' } };
    expect([...world.held('Service', 'team')]).toEqual([shown]);
    world.removeChild('team/c', { ...shown, apiVersion: 'v1' } as ChildService);
    expect([...world.held('Service', 'team')]).toEqual([]);
  });

  it('is told of with its uid where that is known, so that it goes with its Secret', () => {
    const world = new World();
    world.storeCluster('team/c', cluster('c'));
    world.setUsedSecrets('team/c', new Set(['team/c']));
    const metadata = { name: 'c', namespace: 'team', uid: 'u', resourceVersion: '1' };
    world.storeChild('team/c', { apiVersion: 'v1', kind: 'Secret', metadata });
    expect([...world.held('Secret', undefined)].at(-1)?.metadata?.uid).toBe('u');
  });
});
