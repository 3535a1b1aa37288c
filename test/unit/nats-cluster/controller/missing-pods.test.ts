import { KubeClient } from '../../../../src/runtime/kube-client';
import { readMissingPods } from '../../../../src/nats-cluster/controller/missing-pods';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

const statefulSet = {
  ...{ apiVersion: 'apps/v1', kind: 'StatefulSet' },
  metadata: { name: 'c', namespace: 'team', uid: 'u', generation: 1 },
  spec: { replicas: 1 },
  status: { replicas: 0, observedGeneration: 1 },
} as unknown as ChildStatefulSet;

describe('why pods are missing', () => {
  let api: LoopbackApi | undefined;
  let pages = 0;

  afterEach(async () => {
    await api?.close();
  });

  it('is read from so many Events, of whatever length, and no more', async () => {
    api = await LoopbackApi.open(({ url = '' }, response) => {
      const limit = Number(new URL(url, 'http://api').searchParams.get('limit'));
      const message = `create Pod c-1 in StatefulSet c failed error: ${'x'.repeat(20_000)}`;
      const items = url.includes('/events')
        ? Array(limit).fill({ message, lastTimestamp: '2026-01-01T00:00:00Z' })
        : [];
      pages += items.length > 0 ? 1 : 0;
      answerJson(response, { metadata: items.length > 0 ? { continue: 'more' } : {}, items });
    });
    const { podRejection } = await readMissingPods(new KubeClient(), statefulSet, [], new Map([['c-1', 60_000]]));
    const { message = '' } = podRejection ?? {};
    expect(message).toMatch(/^x+$/);
    expect(message.length).toBeLessThan(1_024);
    expect(pages).toBeLessThan(15);
  });

  it('is read from the Events of the StatefulSet controller alone', async () => {
    const events = [
      ['statefulset-controller', 'exceeded quota', '2026-01-01T00:00:00Z'],
      ['somebody', 'nothing is wrong', '2026-01-02T00:00:00Z'],
    ].map(([component, reason, lastTimestamp]) => ({
      source: { component },
      lastTimestamp,
      message: `create Pod c-1 in StatefulSet c failed error: ${reason}`,
    }));
    // As the API server selects: https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/registry/core/event/strategy.go
    api = await LoopbackApi.open(({ url = '' }, response) => {
      const selector = new URL(url, 'http://api').searchParams.get('fieldSelector') ?? '';
      const source = /(?:^|,)source=([^,]*)/.exec(selector)?.[1];
      const items = url.includes('/events')
        ? events.filter(event => source === undefined || event.source.component === source)
        : [];
      answerJson(response, { metadata: {}, items });
    });
    const found = await readMissingPods(new KubeClient(), statefulSet, [], new Map([['c-1', 60_000]]));
    expect(found.podRejection).toEqual({ message: 'exceeded quota', cause: 'other' });
  });
});
