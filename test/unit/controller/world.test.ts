import { World } from '../../../src/controller/world';

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
