import type { V1Pod } from '@kubernetes/client-node';
import { Disruptions } from '../../../../scripts/chaos/disruptions';
import { OperatorRestarts } from '../../../../scripts/chaos/operator-restarts';

const SERVERS = ['js-1', 'js-2', 'js-3'];

const ready = { conditions: [{ type: 'Ready', status: 'True' }] };

const pod = (name: string, uid = name, status: V1Pod['status'] = ready): V1Pod => ({ metadata: { name, uid }, status });
const down = (name: string): V1Pod => pod(name, name, { conditions: [{ type: 'Ready', status: 'False' }] });
const leaving = (name: string): V1Pod => ({
  metadata: { name, uid: name, deletionTimestamp: '2026-01-01T00:00:00Z' as unknown as Date },
  status: ready,
});

const [first, second, third] = ['js-1', 'js-2', 'js-3'].map(name => pod(name)) as [V1Pod, V1Pod, V1Pod];

function observing(...readings: readonly (readonly V1Pod[])[]): string[] {
  const disruptions = new Disruptions(SERVERS);
  return readings.flatMap((pods, index) => disruptions.read(pods, index * 3_000));
}

describe('the monitor of disruptions', () => {
  it('accepts that one server at a time is replaced', () => {
    const replaced = pod('js-3', 'other');
    const readings = [
      [first, second, third],
      [first, second, leaving('js-3')],
      [first, second, replaced],
    ];
    expect(observing(...readings, [first, leaving('js-2'), replaced])).toEqual([]);
  });

  it('reports a server that is deleted while another one is not ready', () => {
    const readings = [
      [first, second, third],
      [down('js-1'), second, third],
      [down('js-1'), second, third],
    ];
    const problem = ['js-3 was deleted while js-1 was not ready'];
    expect(observing(...readings, [down('js-1'), second, leaving('js-3')])).toEqual(problem);
  });

  it('reports a server that is gone before it was seen to leave, and one that leaves while another one has no pod', () => {
    const readings = [
      [first, second, third],
      [first, second],
      [first, second],
    ];
    expect(observing(...readings, [first])).toEqual(['js-2 was deleted while js-3 was not ready']);
  });

  it('accepts that a server that is down itself is replaced', () => {
    const readings = [
      [first, second, third],
      [first, down('js-2'), third],
      [first, down('js-2'), third],
    ];
    expect(observing(...readings, [first, third])).toEqual([]);
  });

  it('accepts what happened at the same time, and reports each deletion once', () => {
    expect(observing([first, second, third], [down('js-1'), second, leaving('js-3')])).toEqual([]);
    const readings = [
      [down('js-1'), second, third],
      [down('js-1'), second, leaving('js-3')],
    ];
    expect(observing(...readings, readings[1] ?? [])).toHaveLength(1);
  });

  it('reports two servers that are deleted at once', () => {
    const readings = [
      [first, second, third],
      [first, leaving('js-2'), leaving('js-3')],
    ];
    expect(observing(...readings)).toEqual(['js-3 was deleted while js-2 was not ready']);
  });

  it('accepts what we do ourselves, until the burst is over', () => {
    const disruptions = new Disruptions(SERVERS);
    disruptions.expect('js-3');
    disruptions.read([down('js-1'), second, third], 0);
    expect(disruptions.read([down('js-1'), second, leaving('js-3')], 3_000)).toEqual([]);
    disruptions.expectNothing();
    expect(disruptions.read([down('js-1'), leaving('js-2')], 6_000)).toHaveLength(2);
  });
});

describe('the monitor of the operator', () => {
  const running = (restartCount: number, seconds = 3_600): V1Pod => ({
    metadata: { name: 'operator', uid: 'uid' },
    status: {
      containerStatuses: [
        {
          name: 'nats-operator',
          restartCount,
          lastState: {
            terminated: { exitCode: 1, reason: 'Error', startedAt: new Date(0), finishedAt: new Date(seconds * 1000) },
          },
          image: '',
          imageID: '',
          ready: true,
        },
      ],
    },
  });

  /** It has observed a container before its first restart. */
  function monitor(): OperatorRestarts {
    const restarts = new OperatorRestarts();
    restarts.read([running(0)]);
    return restarts;
  }

  it('reports a container that ended by itself, once', () => {
    const restarts = monitor();
    expect(restarts.read([running(1)])).toEqual(['nats-operator of operator ended by itself: exit code 1, Error']);
    expect(restarts.read([running(1)])).toEqual([]);
  });

  it('accepts what was before the run', () => {
    const restarts = new OperatorRestarts();
    expect(restarts.read([running(3)])).toEqual([]);
    expect(restarts.read([running(4)])).toHaveLength(1);
  });

  it('accepts as many restarts as processes were killed', () => {
    const restarts = monitor();
    restarts.expect(running(0));
    expect(restarts.read([running(1)])).toEqual([]);
    expect(restarts.read([running(2)])).toHaveLength(1);
  });

  it('accepts that a container ends which could not start without the API server', () => {
    const restarts = monitor();
    restarts.beginOutage(5_000)(15_000);
    expect(restarts.read([running(1, 28)])).toEqual([]);
    expect(restarts.read([running(1, 28)])).toEqual([]);
    expect(restarts.read([running(2, 3_600)])).toHaveLength(1);
  });

  it('reports a container that could not start while the API server was there', () => {
    const restarts = monitor();
    restarts.beginOutage(30_000)(40_000);
    expect(restarts.read([running(1, 28)])).toHaveLength(1);
  });
});
