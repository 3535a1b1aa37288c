import type { ServerResponse } from 'node:http';
import { until } from '../../../tools/toolchain/until';
import { Informer, type InformerOptions } from '../../../src/runtime/informer';
import type { InformerTarget } from '../../../src/runtime/informer-target';
import { KubeClient } from '../../../src/runtime/kube-client';
import { answerJson, isWatch, LoopbackApi } from './loopback-api';

const DEADLINE = 10_000;
const path = '/api/v1/secrets';
const item = (name: string): InformerTarget => ({ metadata: { name, namespace: 'a', resourceVersion: '1' } });

/** How a watch may end without an exception. */
const endings: readonly [string, (response: ServerResponse) => void][] = [
  ['with an ERROR event', response => answerJson(response, { type: 'ERROR', object: { code: 500, message: 'oops' } })],
  ['as expired', response => answerJson(response, { type: 'ERROR', object: { code: 410, message: 'too old' } })],
  ['with 200 and no event', response => response.writeHead(200).end()],
];

describe('a watch', () => {
  let api: LoopbackApi | undefined;
  let watch: Informer<InformerTarget> | undefined;

  afterEach(async () => {
    watch?.stop();
    await api?.close();
  });

  const begin = (kube: KubeClient, options: Partial<InformerOptions<InformerTarget>>): void => {
    const defaults = {
      path,
      form: 'whole',
      project: (object: InformerTarget) => object,
      cached: () => [],
      onChange: () => undefined,
    } as const;
    watch = new Informer<InformerTarget>(kube, { ...defaults, onError: () => undefined, ...options });
    void watch.run();
  };

  it.each(endings)('backs off, and says so, when the API server ends it at once %s', async (_how, end) => {
    const begun: number[] = [];
    api = await LoopbackApi.open((request, response) => {
      if (!isWatch(request)) {
        answerJson(response, { metadata: { resourceVersion: '1' }, items: [] });
        return;
      }
      begun.push(performance.now());
      end(response);
    });
    const errors: unknown[] = [];
    begin(new KubeClient(), { onError: error => errors.push(error) });
    expect(await until(() => begun.length === 3, DEADLINE)).toBe(true);
    const [first = 0, second = 0, third = 0] = begun;
    expect(second - first).toBeGreaterThanOrEqual(450);
    expect(third - second).toBeGreaterThanOrEqual(950);
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });

  it('goes on when whoever is told of an object fails', async () => {
    api = await LoopbackApi.open((request, response) => {
      if (!isWatch(request))
        answerJson(response, { metadata: { resourceVersion: '1' }, items: ['bad', 'good'].map(item) });
    });
    const told: unknown[] = [];
    const errors: unknown[] = [];
    begin(new KubeClient(), {
      onChange: ({ metadata }) => {
        if (metadata?.name === 'bad') throw new Error('not this one');
        told.push(metadata?.name);
      },
      onError: error => errors.push(error),
    });
    expect(await until(() => told.includes('good'), DEADLINE)).toBe(true);
    expect(errors).toEqual([new Error('not this one')]);
  });

  it('tells that what is held has gone, where a list does not show it', async () => {
    api = await LoopbackApi.open((request, response) => {
      if (!isWatch(request)) answerJson(response, { metadata: { resourceVersion: '1' }, items: [item('here')] });
    });
    const told: string[] = [];
    begin(new KubeClient(), {
      cached: () => [item('here'), item('former')],
      onChange: ({ metadata }, phase) => told.push(`${metadata?.name ?? ''} ${phase}`),
    });
    expect(await until(() => told.length === 2, DEADLINE)).toBe(true);
    expect(told).toEqual(['here present', 'former gone']);
  });
});
