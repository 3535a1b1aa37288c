import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { Simulation } from '../../../simulation/simulation';
import { expectConverged } from '../../../simulation/convergence';
import { items, part } from '../../../simulation/objects';
import { serverOf } from '../../../simulation/pod';
import { condition } from '../../../simulation/invariant-checker';

const withStorage = (size: string, rest: Partial<NatsClusterSpec['jetstream']> = {}): Partial<NatsClusterSpec> => ({
  jetstream: { ...rest, fileStorage: { size } },
});
const cluster = (size: number, extra: Partial<NatsClusterSpec> = {}): NatsClusterSpec => ({
  size,
  version: '2.15.2',
  ...extra,
});

const uids = ({ node }: Simulation): string[] => node.list().map(({ uid }) => uid);
const statefulSet = ({ api }: Simulation) => api.get('StatefulSet', 'c');
const templateSize = (simulation: Simulation): unknown =>
  part(items(part(statefulSet(simulation), 'spec').volumeClaimTemplates)[0], 'spec', 'resources', 'requests').storage;
const configured = ({ api }: Simulation): string =>
  Buffer.from(String(part(api.get('Secret', 'c'), 'data')['nats.conf']), 'base64').toString();

test('a new cluster has a claim for each server', () => {
  const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
  expectConverged(simulation);
  expect(simulation.node.claims.list().map(({ metadata }) => metadata?.name)).toEqual([
    'jetstream-c-1',
    'jetstream-c-2',
    'jetstream-c-3',
  ]);
  expect(configured(simulation)).toContain('"max_file_store": 9663676416');
});

describe('file storage for a cluster that runs', () => {
  test('replaces its servers one at a time, from the lowest', () => {
    const simulation = Simulation.stable(cluster(3));
    const before = uids(simulation);
    simulation.changeSpec(withStorage('1Gi'));
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(uids(simulation)).not.toEqual(expect.arrayContaining(before.slice(0, 1)));
    const replaced = simulation.events.filter(event => event.startsWith('ReplacingPod'));
    expect(replaced.map(event => /c-\d/.exec(event)?.[0])).toEqual(['c-1', 'c-2', 'c-3']);
  });

  test('does not wait for a pod that happens to go away, because the template needs the volumes', () => {
    const simulation = Simulation.stable(cluster(3));
    simulation.node.terminate('c-2');
    simulation.changeSpec(withStorage('1Gi'));
    simulation.operate();
    expect(simulation.events.at(-1)).toMatch(/^Recreating/);
    simulation.runUntilStable();
    expectConverged(simulation);
  });

  test('goes on when a server above those that are replaced is lost meanwhile', () => {
    const simulation = Simulation.stable(cluster(3));
    simulation.changeSpec(withStorage('1Gi'));
    while (!simulation.events.some(event => event.startsWith('Recreating'))) simulation.round();
    simulation.node.pods.delete('c-3');
    simulation.runUntilStable();
    expectConverged(simulation);
  });
});

describe('a larger size', () => {
  test('restarts each server once, when all volumes have grown', () => {
    const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
    simulation.node.claims.areExpandable = false;
    const before = uids(simulation);
    simulation.changeSpec(withStorage('20Gi'));
    for (let round = 0; round < 20; round += 1) simulation.round();
    expect(uids(simulation)).toEqual(before);
    expect(condition(simulation.cluster.status, 'Reconciling')).toMatchObject({
      reason: 'ExpandingVolumes',
      message: 'Waiting for volume jetstream-c-1 to grow from 10Gi to 20Gi',
    });
    expect(configured(simulation)).toContain('"max_file_store": 9663676416');

    simulation.node.claims.areExpandable = true;
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(configured(simulation)).toContain('"max_file_store": 19327352832');
    expect(templateSize(simulation)).toBe('20Gi');
    expect(simulation.events.filter(event => event.startsWith('ReplacingPod'))).toHaveLength(3);
  });

  test('with the same limit restarts no server, though the StatefulSet is created again', () => {
    const limit = { size: '10Gi', maxStore: '5Gi' };
    const simulation = Simulation.stable(cluster(3, { jetstream: { fileStorage: limit } }));
    const [before, uid] = [uids(simulation), statefulSet(simulation)?.metadata.uid];
    simulation.changeSpec({ jetstream: { fileStorage: { ...limit, size: '20Gi' } } });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(uids(simulation)).toEqual(before);
    expect(templateSize(simulation)).toBe('20Gi');
    expect(statefulSet(simulation)?.metadata.uid).not.toBe(uid);
  });

  test('is kept for servers that are added while it grows', () => {
    const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
    simulation.changeSpec({ ...withStorage('20Gi'), size: 5 });
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(new Set(simulation.node.claims.list().map(({ status }) => status?.capacity?.storage))).toEqual(
      new Set(['20Gi']),
    );
  });
});

describe('servers with full volumes', () => {
  const replaced = ({ events }: Simulation): string[] =>
    events.flatMap(event => (event.startsWith('ReplacingPod') ? (/c-\d/.exec(event) ?? []) : []));
  const fullCluster = (storage: Partial<NatsClusterSpec>): Simulation => {
    const simulation = Simulation.stable(cluster(3, storage));
    for (const name of ['c-1', 'c-2', 'c-3']) simulation.node.fillVolume(name);
    simulation.runUntilStable();
    return simulation;
  };

  test('are left alone until these have grown, and then restarted once, one at a time', () => {
    const limit = { size: '10Gi', maxStore: '10Gi' };
    const simulation = fullCluster({ jetstream: { fileStorage: limit } });
    expect(replaced(simulation)).toEqual([]);
    expect(condition(simulation.cluster.status, 'JetStreamReady')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('write error: no space left') as string,
    });
    simulation.changeSpec({ jetstream: { fileStorage: { ...limit, size: '20Gi' } } });
    const said = new Set<string>();
    for (let round = 0; round < 200 && simulation.round(); round += 1)
      said.add(JSON.stringify(condition(simulation.cluster.status, 'Reconciling')));
    expect([...said].join()).not.toContain('ScalingDown');
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(replaced(simulation)).toEqual(['c-3', 'c-2', 'c-1']);
    expect(condition(simulation.cluster.status, 'JetStreamReady')).toMatchObject({ status: 'True' });
    expect(simulation.node.claims.list().map(({ metadata }) => metadata?.annotations)).toEqual([{}, {}, {}]);
  });

  test('get the larger limit by the same restart', () => {
    const simulation = fullCluster(withStorage('10Gi'));
    simulation.changeSpec(withStorage('20Gi'));
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(replaced(simulation)).toEqual(['c-3', 'c-2', 'c-1']);
    expect(configured(simulation)).toContain('"max_file_store": 19327352832');
  });

  test('are not restarted again for the same size', () => {
    const limit = { size: '10Gi', maxStore: '10Gi' };
    const simulation = fullCluster({ jetstream: { fileStorage: limit } });
    simulation.changeSpec({ jetstream: { fileStorage: { ...limit, size: '20Gi' } } });
    while (simulation.node.claims.list().some(({ status }) => status?.capacity?.storage !== '20Gi')) simulation.round();
    for (const name of ['c-1', 'c-2', 'c-3']) simulation.node.fillVolume(name);
    simulation.runUntilStable();
    expect(replaced(simulation).sort()).toEqual(['c-1', 'c-2', 'c-3']);
  });
});

test('another volume than before is said to be empty, once', () => {
  const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
  const volumeOf = (name: string): string | undefined =>
    simulation.node.claims.list().find(({ metadata }) => metadata?.name === `jetstream-${name}`)?.spec?.volumeName;
  const former = volumeOf('c-2') ?? '';
  simulation.node.claims.delete('jetstream-c-2');
  simulation.operate();
  simulation.node.terminate('c-2');
  simulation.runUntilStable();
  expectConverged(simulation);
  const losses = simulation.operator.story.filter(event => event.includes('VolumeLost'));
  expect(losses).toEqual([
    expect.stringContaining(
      `Warning VolumeLost: c-2 has the empty volume ${volumeOf('c-2') ?? ''} instead of ${former}: `,
    ),
  ]);
  expect(simulation.cluster.status?.jetstream?.servers).toMatchObject([
    { name: 'c-1', volume: volumeOf('c-1'), capacity: '10Gi', current: true },
    { name: 'c-2', volume: volumeOf('c-2') },
    { name: 'c-3', volume: volumeOf('c-3') },
  ]);
});

test.each<[string, NatsClusterSpec, string]>([
  ['a smaller size', cluster(3, withStorage('5Gi')), "can't shrink from 10Gi to 5Gi"],
  [
    'another storage class',
    cluster(3, { jetstream: { fileStorage: { size: '10Gi', storageClassName: 'fast' } } }),
    "can't be changed: volumes keep the storage class that they were created with, the default one",
  ],
  ['no JetStream', cluster(3), "can't be removed"],
])('%s changes nothing, and is said', (_what, spec, message) => {
  const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
  const before = [uids(simulation), configured(simulation), templateSize(simulation)];
  const { metadata } = simulation.cluster;
  simulation.cluster = { ...simulation.cluster, spec, metadata: { ...metadata, generation: 9 } };
  simulation.runUntilStable();
  expect([uids(simulation), configured(simulation), templateSize(simulation)]).toEqual(before);
  expect(condition(simulation.cluster.status, 'SpecValid')).toMatchObject({
    status: 'False',
    message: expect.stringContaining(message) as string,
  });
});

test('with consent, servers go on without file storage, and their claims stay', () => {
  const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
  const annotations = { 'nats.io/allow-jetstream-removal': 'true' };
  const metadata = { ...simulation.cluster.metadata, annotations, generation: 9 };
  simulation.cluster = { ...simulation.cluster, spec: cluster(3), metadata };
  simulation.runUntilStable();
  expectConverged(simulation);
  expect(statefulSet(simulation)?.spec).not.toHaveProperty('volumeClaimTemplates.0');
  expect(simulation.node.claims.list()).toHaveLength(3);
});

test('an upgrade that old and new servers do not survive together takes a release in between', () => {
  const simulation = Simulation.stable({ ...cluster(3, withStorage('10Gi')), version: '2.12.15' });
  const seen = new Set<string>();
  simulation.changeSpec({ version: '2.15.2' });
  for (let round = 0; round < 200 && simulation.round(); round += 1)
    seen.add([...new Set(simulation.node.list().map(({ template }) => serverOf(template).image))].sort().join());
  simulation.runUntilStable();
  expectConverged(simulation);
  expect([...seen]).toContain('nats:2.12.15,nats:2.14.9');
  expect([...seen]).toContain('nats:2.14.9,nats:2.15.2');
  expect([...seen].filter(images => images.includes(':2.12') && images.includes(':2.15'))).toEqual([]);
});

describe('the StatefulSet, which is created again for other volumes,', () => {
  const recreations = ({ events }: Simulation): number => events.filter(event => event.startsWith('Recreating')).length;
  const bad = { serverImage: 'bad', version: '2.15.3' };
  const ready = ({ node }: Simulation): number => node.list().filter(({ phase }) => phase === 'ready').length;

  /** Rounds that take time, so that waits for it end. */
  const rounds = (simulation: Simulation, count: number): void => {
    for (let round = 0; round < count; round += 1) {
      simulation.round();
      simulation.time += 60_000;
    }
  };

  test('has the size that its volumes have grown to by themselves', () => {
    const simulation = Simulation.stable(
      cluster(3, { jetstream: { fileStorage: { size: '10Gi', autoGrow: { limit: '100Gi' } } } }),
    );
    for (const ordinal of [1, 2, 3]) simulation.node.claims.request(`jetstream-c-${ordinal}`, '12Gi');
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(templateSize(simulation)).toBe('12Gi');
    expect(recreations(simulation)).toBe(1);
  });

  test('remembers a template that has failed', () => {
    const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
    simulation.changeSpec(bad);
    simulation.runUntilStable();
    simulation.changeSpec({ ...bad, ...withStorage('20Gi') });
    rounds(simulation, 40);
    simulation.node.pods.delete('c-1');
    rounds(simulation, 20);
    expect(ready(simulation)).toBe(3);
    expect(condition(simulation.cluster.status, 'Stalled')).toMatchObject({ reason: 'RolloutFailed' });
  });

  test('has a template to return to when servers fail that are to get volumes', () => {
    const simulation = Simulation.stable(cluster(3));
    simulation.changeSpec({ ...bad, ...withStorage('1Gi') });
    rounds(simulation, 60);
    expect(ready(simulation)).toBe(3);
  });

  test('is not created again where a policy stores other templates, though the operator restarts', () => {
    const simulation = new Simulation(cluster(3, withStorage('10Gi')));
    simulation.api.policy = object => {
      const templates = items(part(object, 'spec').volumeClaimTemplates);
      if (templates.length === 0) return object;
      const labelled = templates.map(each => ({
        ...each,
        metadata: { ...part(each, 'metadata'), labels: { team: 'a' } },
      }));
      return { ...object, spec: { ...part(object, 'spec'), volumeClaimTemplates: labelled } };
    };
    simulation.runUntilStable();
    for (let restart = 0; restart < 3; restart += 1) {
      simulation.operator.restart();
      simulation.runUntilStable();
    }
    expect(recreations(simulation)).toBe(0);
  });

  test('remembers a restart that was asked for once', () => {
    const limit = { size: '10Gi', maxStore: '5Gi' };
    const simulation = Simulation.stable(cluster(3, { jetstream: { fileStorage: limit } }));
    simulation.annotate({ 'nats.io/restartedAt': '2026-01-01' });
    simulation.runUntilStable();
    simulation.annotate({});
    const before = uids(simulation);
    simulation.changeSpec({ jetstream: { fileStorage: { ...limit, size: '20Gi' } } });
    simulation.runUntilStable();
    expect(recreations(simulation)).toBe(1);
    expect(uids(simulation)).toEqual(before);
  });

  test('retains claims that are to be deleted with it, and deletes them with the NatsCluster afterwards', () => {
    const storage = { size: '10Gi', retention: { whenDeleted: 'Delete' } } as const;
    const simulation = Simulation.stable(cluster(3, { jetstream: { fileStorage: storage } }));
    simulation.changeSpec({ jetstream: { fileStorage: { ...storage, size: '20Gi' } } });
    const seen: unknown[] = [];
    for (let round = 0; round < 60 && recreations(simulation) === 0; round += 1) {
      seen.push(part(statefulSet(simulation), 'spec', 'persistentVolumeClaimRetentionPolicy').whenDeleted);
      simulation.round();
    }
    expect(seen.at(-1)).toBe('Retain');
    simulation.runUntilStable();
    expect(part(statefulSet(simulation), 'spec', 'persistentVolumeClaimRetentionPolicy').whenDeleted).toBe('Delete');
    expect(templateSize(simulation)).toBe('20Gi');
  });
});

describe('the limit of streams stays', () => {
  const LIMIT = '"max_file_store": 9663676416';

  test('while volumes can not grow, whatever else of them changes', () => {
    const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
    simulation.node.claims.areExpandable = false;
    simulation.changeSpec({ jetstream: { fileStorage: { size: '20Gi', labels: { team: 'a' } } } });
    for (let round = 0; round < 40; round += 1) simulation.round();
    expect(configured(simulation)).toContain(LIMIT);
  });

  test('of a NatsCluster that is created again with a larger size, until its retained volumes have grown', () => {
    const former = Simulation.stable(cluster(3, withStorage('10Gi')));
    const simulation = new Simulation(cluster(3, withStorage('20Gi')));
    for (const { metadata } of former.node.claims.list()) simulation.node.claims.create(metadata?.name ?? '', '10Gi');
    simulation.node.claims.areExpandable = false;
    for (let round = 0; round < 40; round += 1) simulation.round();
    expect(configured(simulation)).toContain(LIMIT);
    simulation.node.claims.areExpandable = true;
    simulation.runUntilStable();
    expectConverged(simulation);
    expect(configured(simulation)).toContain('"max_file_store": 19327352832');
  });
});

test('a downgrade takes the release in between as well', () => {
  const simulation = Simulation.stable(cluster(3, withStorage('10Gi')));
  const seen = new Set<string>();
  simulation.changeSpec({ version: '2.12.15' });
  for (let round = 0; round < 200 && simulation.round(); round += 1)
    seen.add([...new Set(simulation.node.list().map(({ template }) => serverOf(template).image))].sort().join());
  simulation.runUntilStable();
  expectConverged(simulation);
  expect([...seen]).not.toContain('nats:2.12.15,nats:2.15.2');
});
