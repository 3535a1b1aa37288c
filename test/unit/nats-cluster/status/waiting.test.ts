import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { argoHealth } from '../../../fixtures/argo-health';
import { kstatusOf } from '../../../fixtures/kstatus';
import { serverOf } from '../../../simulation/pod';
import { Simulation } from '../../../simulation/simulation';
import { readPage } from '../../docs/page';

const script = /```lua\n([\s\S]*?)```/.exec(readPage('docs/waiting.md'))?.[1] ?? '';
const health = (object: unknown): string => argoHealth(script, object);

const settled = (spec: NatsClusterSpec = { size: 3, version: '2.15.2' }): Simulation => {
  const simulation = new Simulation(spec);
  simulation.runUntilStable();
  return simulation;
};

/** Whether every server runs the version that the spec asks for, and as many as it asks for. */
function isApplied({ node, cluster }: Simulation): boolean {
  const { size, image } = resolveCluster(cluster);
  const pods = node.list();
  return pods.length === size && pods.every(pod => serverOf(pod.template).image === image && node.serves(pod));
}

/** What whoever waits sees round after round, until nothing moves any more; fails where it is called done and is not. */
function watchUntilSettled(simulation: Simulation): string[] {
  const seen: string[] = [];
  let still = 0;
  while (still < 3) {
    still = simulation.round() ? 0 : still + 1;
    const kstatus = kstatusOf(simulation.cluster);
    if (kstatus === 'Current') expect(isApplied(simulation)).toBe(true);
    if (kstatus !== seen.at(-1)) seen.push(kstatus);
  }
  return seen;
}

describe('kstatus, as Flux and Helm apply it, takes a NatsCluster', () => {
  it.each<[string, Partial<NatsClusterSpec>]>([
    ['with another version', { version: '2.14.9' }],
    ['with more servers', { size: 5 }],
    ['with fewer servers', { size: 1 }],
    ['with another configuration', { natsConfig: { debug: true } }],
  ])('%s for done once every server runs it, and never before', (_what, change) => {
    const simulation = settled();
    simulation.changeSpec(change);
    expect(watchUntilSettled(simulation)).toEqual(['InProgress', 'Current']);
  });

  it('that is new for done once every server serves', () => {
    const simulation = new Simulation({ size: 3, version: '2.15.2' });
    expect(watchUntilSettled(simulation)).toEqual(['InProgress', 'Current']);
  });

  it.each<[string, Partial<NatsClusterSpec>]>([
    ['whose new version does not start', { version: '2.15.3-bad' }],
    ['whose spec is invalid', { size: 0 }],
  ])('%s for failed, although the servers serve, until the spec is corrected', (_what, change) => {
    const simulation = settled();
    const good = simulation.cluster.spec ?? {};
    simulation.changeSpec(change);
    expect(watchUntilSettled(simulation).at(-1)).toBe('Failed');
    simulation.changeSpec(good);
    expect(watchUntilSettled(simulation).at(-1)).toBe('Current');
  });

  it('for not done while a server is down, whatever it ran before', () => {
    const simulation = settled();
    simulation.node.terminate('c-2');
    expect(watchUntilSettled(simulation)).toEqual(['InProgress', 'Current']);
  });

  it('that is paused before a change for unfinished until it is resumed', () => {
    const simulation = settled();
    simulation.changeSpec({ paused: true });
    expect(watchUntilSettled(simulation)).toEqual(['Current']);
    simulation.changeSpec({ version: '2.14.9' });
    expect(watchUntilSettled(simulation)).toEqual(['InProgress']);
    simulation.changeSpec({ paused: false });
    expect(watchUntilSettled(simulation)).toEqual(['InProgress', 'Current']);
  });
});

describe('the health script for Argo CD', () => {
  it('says what kstatus says', () => {
    const simulation = settled();
    expect(health(simulation.cluster)).toBe('Healthy');
    simulation.changeSpec({ version: '2.14.9' });
    expect(health(simulation.cluster)).toBe('Progressing');
    simulation.round();
    expect(health(simulation.cluster)).toBe('Progressing');
    simulation.runUntilStable();
    expect(health(simulation.cluster)).toBe('Healthy');
    simulation.changeSpec({ size: 0 });
    simulation.runUntilStable();
    expect(health(simulation.cluster)).toBe('Degraded');
    simulation.changeSpec({ size: 3, paused: true });
    simulation.runUntilStable();
    expect(health(simulation.cluster)).toBe('Suspended');
  });

  it('takes an object without a status for one that is under way', () => {
    expect(health({ metadata: { generation: 1 } })).toBe('Progressing');
  });

  it.each<[string, object[], string]>([
    ['has all tokens', [{ type: 'Ready', status: 'True' }], 'Healthy'],
    ['waits for its ServiceAccount', [{ type: 'Ready', status: 'False', message: 'none' }], 'Progressing'],
    [
      'has no cluster',
      [
        { type: 'Ready', status: 'False' },
        { type: 'Stalled', status: 'True' },
      ],
      'Degraded',
    ],
  ])('serves a NatsServiceRole as well, which %s', (_what, conditions, expected) => {
    expect(health({ metadata: { generation: 2 }, status: { observedGeneration: 2, conditions } })).toBe(expected);
  });

  it('takes a cluster whose server cannot start for one that is under way, or failed, and never for healthy', () => {
    const simulation = settled();
    simulation.faults.sick.add('c-2');
    simulation.runUntilStable();
    expect(simulation.cluster.status?.state).toBe('CrashLoop');
    expect(health(simulation.cluster)).toBe('Progressing');
    expect(kstatusOf(simulation.cluster)).toBe('InProgress');
  });
});
