import { NATS_CLUSTER } from '../../../../src/nats-cluster/kind';
import type { CoreV1Event } from '@kubernetes/client-node';
import { EventRecorder } from '../../../../src/runtime/event-recorder';
import { KubeClient } from '../../../../src/runtime/kube-client';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

type StoredEvent = Pick<CoreV1Event, 'metadata' | 'involvedObject' | 'reason' | 'message' | 'type' | 'count'> & {
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
};

const EVENTS = '/api/v1/namespaces/team/events';
const scaling = { type: 'Normal', reason: 'ScalingUp', message: 'Scaling up from 3 to 5 servers' } as const;

describe('an event recorder', () => {
  let api: LoopbackApi;
  let stored: Map<string, StoredEvent>;
  let errors: unknown[];
  let recorder: EventRecorder;

  beforeEach(async () => {
    stored = new Map();
    errors = [];
    api = await LoopbackApi.open((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        const path = (request.url ?? '').replace(/\?.*/, '');
        const sent = JSON.parse(body) as StoredEvent;
        if (request.method === 'POST') stored.set(`${path}/${sent.metadata.name ?? ''}`, sent);
        const before = stored.get(path);
        if (before !== undefined) stored.set(path, { ...before, ...sent });
        answerJson(response, sent, request.method === 'PATCH' && before === undefined ? 404 : 200);
      });
    });
    recorder = new EventRecorder(new KubeClient(), NATS_CLUSTER, (_key, error) => errors.push(error));
  });

  afterEach(async () => {
    await api.close();
    expect(errors).toEqual([]);
  });

  const record = async (event: Parameters<EventRecorder['record']>[2], uid = 'u-1'): Promise<void> =>
    recorder.record('team/c', uid, event);

  it('writes core Events with the times and the count that kubectl sorts and shows by', async () => {
    await record(scaling);
    const [[path, event] = ['', undefined]] = stored;
    expect(path).toMatch(new RegExp(`^${EVENTS}/c\\.[0-9a-f]+$`));
    expect(event).toMatchObject({
      ...{ apiVersion: 'v1', kind: 'Event', ...scaling, count: 1, firstTimestamp: event?.lastTimestamp },
      involvedObject: {
        ...{ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster' },
        ...{ namespace: 'team', name: 'c', uid: 'u-1' },
      },
    });
    expect(event?.lastTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('names Events so that a list of one second is in their order', async () => {
    const reasons = Array.from({ length: 20 }, (_, index) => `Step${index}`);
    for (const reason of reasons) await record({ ...scaling, reason });
    const listed = [...stored].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { reason }]) => reason);
    expect(listed).toEqual(reasons);
  });

  it('raises the count of an Event that repeats', async () => {
    for (let time = 0; time < 3; time += 1) await record(scaling);
    expect([...stored.values()]).toMatchObject([{ count: 3 }]);
  });

  it.each<[string, object, string]>([
    ['says something else', { message: 'Scaling up from 5 to 7 servers' }, 'u-1'],
    ['is about another object of that name', {}, 'u-2'],
  ])('makes another Event where it %s', async (_what, change, uid) => {
    await record(scaling);
    await record({ ...scaling, ...change }, uid);
    expect([...stored.values()].map(({ count }) => count)).toEqual([1, 1]);
  });

  it('makes another Event where the API server has removed the first', async () => {
    await record(scaling);
    stored.clear();
    await record(scaling);
    expect([...stored.values()]).toMatchObject([{ count: 1 }]);
  });
});
