import type { NatsClusterSpec, NatsClusterStatus } from '../../../../generated/nats-cluster';
import { condition } from '../../../simulation/invariant-checker';
import { Simulation } from '../../../simulation/simulation';

const settled = (spec: NatsClusterSpec = { size: 3, version: '2.15.2' }): Simulation => Simulation.stable(spec);

const statusOf = ({ cluster }: Simulation): NatsClusterStatus => cluster.status ?? {};

/** The states that `kubectl get` shows one after the other, until nothing moves any more. */
function statesUntilSettled(simulation: Simulation): string[] {
  const seen: string[] = [];
  for (let still = 0; still < 3; ) {
    still = simulation.round() ? 0 : still + 1;
    const { state = '' } = statusOf(simulation);
    if (state !== seen.at(-1)) seen.push(state);
  }
  return seen;
}

describe('the state of a cluster', () => {
  it('is Creating, then Healthy', () => {
    expect(statesUntilSettled(new Simulation({ size: 3, version: '2.15.2' }))).toEqual(['Creating', 'Healthy']);
  });

  it.each<[string, Partial<NatsClusterSpec>, string]>([
    ['Updating', { version: '2.14.9' }, 'Updating'],
    ['Scaling', { size: 5 }, 'Scaling'],
    ['Scaling', { size: 1 }, 'Scaling'],
  ])('is %s during a change to %j, then Healthy', (_what, change, state) => {
    const simulation = settled();
    simulation.changeSpec(change);
    expect(statesUntilSettled(simulation)).toEqual([state, 'Healthy']);
  });

  it('is Degraded while a server that was lost comes back', () => {
    const simulation = settled();
    simulation.node.terminate('c-2');
    expect(statesUntilSettled(simulation)).toEqual(['Degraded', 'Healthy']);
  });

  it('names what keeps an update from succeeding, and is RolledBack while all servers serve', () => {
    const simulation = settled();
    simulation.changeSpec({ version: '2.15.3-bad' });
    const seen = statesUntilSettled(simulation);
    expect(seen.slice(0, 3)).toEqual(['Updating', 'ImagePullError', 'RolledBack']);
    expect(statusOf(simulation)).toMatchObject({
      state: 'RolledBack',
      phase: 'Running',
      readyReplicas: 3,
      updatedReplicas: 0,
    });
  });

  it('is CrashLoop where the only server crashes, and no phase Running', () => {
    const simulation = settled({ size: 1, version: '2.15.2' });
    simulation.faults.sick.add('c-1');
    simulation.runUntilStable();
    expect(statusOf(simulation)).toMatchObject({ state: 'CrashLoop', readyReplicas: 0 });
    expect(statusOf(simulation).phase).not.toBe('Running');
  });

  it('is Paused while the spec says so, with what becomes of the servers meanwhile', () => {
    const simulation = settled();
    simulation.changeSpec({ paused: true });
    simulation.runUntilStable();
    expect(statusOf(simulation)).toMatchObject({
      state: 'Paused',
      message: expect.stringContaining('3 of 3') as string,
    });
  });

  it('is SpecInvalid where the spec is, and the phase stays Running while the servers serve', () => {
    const simulation = settled();
    simulation.changeSpec({ size: 0 });
    simulation.runUntilStable();
    const { state, phase, reason } = statusOf(simulation);
    expect([state, phase]).toEqual(['SpecInvalid', 'Running']);
    expect(reason).toMatch(/^spec\.size: /);
  });
});

it('the number of updated servers grows one by one in a rollout', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  const seen: number[] = [];
  for (let still = 0; still < 3; ) {
    still = simulation.round() ? 0 : still + 1;
    const { updatedReplicas = 0 } = statusOf(simulation);
    if (updatedReplicas !== seen.at(-1)) seen.push(updatedReplicas);
  }
  expect(seen).toEqual([0, 1, 2, 3]);
});

it('the message names the server that a rollout waits for, and fits in a table', () => {
  const simulation = settled();
  simulation.changeSpec({ version: '2.14.9' });
  const messages: string[] = [];
  for (let still = 0; still < 3; ) {
    still = simulation.round() ? 0 : still + 1;
    messages.push(
      String((condition(simulation.cluster.status, 'Reconciling') as { message?: string } | undefined)?.message),
    );
    expect(Buffer.byteLength(statusOf(simulation).message ?? '')).toBeLessThanOrEqual(100);
  }
  expect(messages).toContainEqual(expect.stringMatching(/^2 of 3 updated, waiting for c-2, which is /));
});
