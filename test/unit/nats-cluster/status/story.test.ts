import type { NatsClusterSpec } from '../../../../generated/nats-cluster';
import { Simulation } from '../../../simulation/simulation';

const settled = (spec: NatsClusterSpec = { size: 3, version: '2.15.2' }): Simulation => Simulation.stable(spec);

/** The Events of what happens now, as `Type Reason`. */
function storyOf(simulation: Simulation, happen: () => void): string[] {
  const { story } = simulation.operator;
  const from = story.length;
  happen();
  simulation.runUntilStable();
  return story.slice(from).map(line => line.replace(/:.*/, ''));
}

describe('the Events of a cluster', () => {
  it('report its creation', () => {
    const simulation = new Simulation({ size: 3, version: '2.15.2' });
    expect(storyOf(simulation, () => undefined)).toEqual(['Normal Created', 'Normal Ready']);
  });

  it('report a rollout without a warning, with the numbers', () => {
    const simulation = settled();
    const story = storyOf(simulation, () => simulation.changeSpec({ version: '2.14.9' }));
    expect(story.filter(line => !line.endsWith(' Updated'))).toEqual([
      'Normal RolloutStarted',
      'Normal ReplacingPod',
      'Normal ReplacingPod',
      'Normal ReplacingPod',
      'Normal RolloutComplete',
    ]);
    expect(simulation.operator.story).toEqual(
      expect.arrayContaining([
        'Normal RolloutStarted: Updating 3 servers, one at a time: image nats:2.15.2 → nats:2.14.9',
        'Normal ReplacingPod: Replacing c-1 (2 of 3 updated): image nats:2.15.2 → nats:2.14.9',
      ]),
    );
  });

  it.each([
    ['up', 5, ['Normal ScalingUp', 'Normal Ready']],
    ['down', 1, ['Normal ScalingDown', 'Normal ScalingDown']],
  ])('tell of scaling %s without a warning', (_way, size, expected) => {
    const simulation = settled();
    const story = storyOf(simulation, () => simulation.changeSpec({ size }));
    expect(story.filter(line => !line.endsWith(' Updated'))).toEqual(expected);
  });

  it('warn of a server that was lost, and say when it is back', () => {
    const simulation = settled();
    const story = storyOf(simulation, () => simulation.node.terminate('c-2'));
    expect(story).toEqual(['Warning NotReady', 'Normal Ready']);
  });

  it('warn once of an image that cannot be pulled, and of the failed rollout', () => {
    const simulation = settled();
    simulation.changeSpec({ version: '2.15.3-bad' });
    const { story } = simulation.operator;
    const from = story.length;
    for (let round = 0; round < 20; round += 1) simulation.round();
    const warnings = story.slice(from).filter(line => line.startsWith('Warning'));
    expect(warnings.map(line => line.replace(/:.*/, ''))).toEqual(['Warning ImagePullError', 'Warning RolloutFailed']);
    expect(warnings[0]).toContain('c-3 is failing (container nats: ImagePullBackOff');
  });

  it('warn of a server that crashes', () => {
    const simulation = settled();
    const story = storyOf(simulation, () => simulation.faults.sick.add('c-2'));
    expect(story).toContain('Warning CrashLoop');
  });

  it('warn of each other mistake in the spec, and of none twice', () => {
    const simulation = settled();
    const changes = [{ size: 0 }, { natsConfig: { extra: { ping_intervall: 1 } } }, { paused: false }];
    const story = changes.flatMap(change => storyOf(simulation, () => simulation.changeSpec(change)));
    expect(story).toEqual(['Warning SpecInvalid', 'Warning SpecInvalid']);
  });
});
