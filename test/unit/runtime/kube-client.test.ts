import type { IncomingMessage } from 'node:http';
import { until } from '../../../tools/toolchain/until';
import { Informer } from '../../../src/runtime/informer';
import type { InformerTarget } from '../../../src/runtime/informer-target';
import { KubeClient } from '../../../src/runtime/kube-client';
import { MAX_BYTES } from '../../../src/runtime/kube-connection';
import { answerJson, isWatch, LoopbackApi } from './loopback-api';

const DEADLINE = 20_000;
const path = '/api/v1/pods';

/** A pod as the API server writes it, whose text has so many characters. */
const pod = (index: number, characters: number): object => ({
  metadata: { name: `p-${index}`, namespace: 'a', uid: `u-${index}`, resourceVersion: String(index + 1), text: '' },
  spec: 'x'.repeat(characters),
});

const sizeOfPage = ({ url = '' }: IncomingMessage): number =>
  Number(new URL(url, 'http://api').searchParams.get('limit'));
const start = ({ url = '' }: IncomingMessage): number =>
  Number(new URL(url, 'http://api').searchParams.get('continue') ?? 0);

describe('the client of the API server', () => {
  let api: LoopbackApi | undefined;

  afterEach(async () => {
    await api?.close();
  });

  /** Pods of these sizes. @returns how many objects each page was asked to have, and with how many bytes it was answered */
  async function serve(sizes: readonly number[]): Promise<{ asked: number; bytes: number }[]> {
    const pages: { asked: number; bytes: number }[] = [];
    api = await LoopbackApi.open((request, response) => {
      if (isWatch(request)) return;
      const [from, limit] = [start(request), sizeOfPage(request)];
      const items = sizes.slice(from, from + limit).map((size, index) => pod(from + index, size));
      const next = from + limit < sizes.length ? { continue: String(from + limit) } : {};
      const body = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '9', ...next }, items };
      pages.push({ asked: limit, bytes: JSON.stringify(body).length });
      answerJson(response, body);
    });
    return pages;
  }

  const names = async (onTooLarge?: (object: InformerTarget | undefined) => void): Promise<string[]> =>
    new KubeClient().listAll(path, {
      take: ({ metadata }: InformerTarget) => metadata?.name ?? '',
      ...(onTooLarge === undefined ? {} : { onTooLarge }),
    });

  it('reads every object of a list once, in pages of about a megabyte whatever the objects’ size', async () => {
    const sizes = [
      ...Array<number>(200).fill(100),
      ...Array<number>(30).fill(700_000),
      ...Array<number>(200).fill(100),
    ];
    const pages = await serve(sizes);
    expect(await names()).toEqual(sizes.map((_, index) => `p-${index}`));
    const read = pages.filter(({ bytes }) => bytes <= MAX_BYTES);
    expect(read.length).toBeLessThan(60);
    expect(pages.length - read.length).toBeLessThan(10);
    expect(Math.max(...pages.map(({ asked }) => asked))).toBeLessThanOrEqual(500);
  });

  it('leaves an object out that does not fit into memory alone, says which, and reads all others', async () => {
    await serve([100, MAX_BYTES + 1, 100]);
    const left: (InformerTarget | undefined)[] = [];
    expect(await names(object => left.push(object))).toEqual(['p-0', 'p-2']);
    expect(left.map(object => object?.metadata)).toEqual([
      { name: 'p-1', namespace: 'a', uid: 'u-1', resourceVersion: '2' },
    ]);
  });

  it('reads a list without an object as the API server writes it of metadata alone', async () => {
    api = await LoopbackApi.open((_, response) => answerJson(response, { metadata: {}, items: null }));
    expect(await names()).toEqual([]);
  });

  it('reads no object by its name that does not fit into memory', async () => {
    api = await LoopbackApi.open((_, response) => answerJson(response, pod(0, MAX_BYTES + 1)));
    await expect(new KubeClient().get(`${path}/p-0`)).rejects.toThrow(/more than \d+ bytes/);
  });

  it('goes on with a watch after an event that does not fit, whose object counts as gone and is told of once', async () => {
    api = await LoopbackApi.open((request, response) => {
      if (!isWatch(request)) {
        answerJson(response, {
          kind: 'PodList',
          apiVersion: 'v1',
          metadata: { resourceVersion: '1' },
          items: [pod(0, 1)],
        });
        return;
      }
      const large = { type: 'MODIFIED', object: { kind: 'Pod', apiVersion: 'v1', ...pod(0, MAX_BYTES + 1) } };
      const events = [large, large, { type: 'ADDED', object: pod(1, 1) }];
      response.writeHead(200).write(events.map(event => `${JSON.stringify(event)}\n`).join(''));
    });
    const told: string[] = [];
    const errors: unknown[] = [];
    const watch = new Informer<InformerTarget>(new KubeClient(), {
      path,
      form: 'whole',
      project: object => object,
      cached: () => [],
      onChange: ({ metadata }, phase) => told.push(`${metadata?.name ?? ''} ${phase}`),
      onError: error => errors.push(error),
    });
    void watch.run();
    expect(await until(() => told.includes('p-1 present'), DEADLINE)).toBe(true);
    watch.stop();
    expect(told).toEqual(['p-0 present', 'p-0 gone', 'p-0 gone', 'p-1 present']);
    expect(errors).toEqual([new Error('skipped oversized object: a/p-0')]);
  });
});
