import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NoAnswerError } from '../../src/runtime/api-error';
import { Informer } from '../../src/runtime/informer';
import type { InformerTarget } from '../../src/runtime/informer-target';
import { KubeClient } from '../../src/runtime/kube-client';
import { atEnd } from '../cluster/support/tear-down';
import { waitFor } from '../cluster/support/wait-for';
import { ApiProxy } from './api-proxy';
import { makeNamespace } from './crd/definitions';
import { describeWithApi, kubectl } from './kubectl';

const NAMESPACE = 'collection-watch';

/** A kind that nobody else in this tier makes. */
const path = `/api/v1/namespaces/${NAMESPACE}/podtemplates`;

async function make(name: string): Promise<void> {
  const template = { metadata: {}, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const object = { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name }, template };
  await kubectl(['create', '-n', NAMESPACE, '-f', '-'], JSON.stringify(object));
}

/** The sum of a metric of the API server over watches of that kind in one namespace: Kubernetes' controllers watch those of all. */
async function metric(name: string): Promise<number> {
  const lines = (await kubectl(['get', '--raw', '/metrics'])).split('\n');
  const labels = ['resource="podtemplates"', 'verb="WATCH"', 'scope="namespace"'];
  const own = lines.filter(line => line.startsWith(`${name}{`) && labels.every(label => line.includes(label)));
  return own.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describeWithApi('a watch', () => {
  let proxy: ApiProxy;
  let kube: KubeClient;
  let watch: Informer<InformerTarget>;
  const held = new Map<string, InformerTarget>();
  const told: string[] = [];
  const errors: unknown[] = [];

  const waitUntilTold = async (...words: readonly string[]): Promise<void> => {
    await waitFor(() => words.every(word => told.includes(word)), { what: words.join(', ') });
  };

  beforeAll(async () => {
    await makeNamespace(NAMESPACE);
    const folder = await mkdtemp(join(tmpdir(), 'collection-watch-'));
    atEnd(async () => rm(folder, { recursive: true }));
    process.env.KUBECONFIG = join(folder, 'kubeconfig');
    proxy = await ApiProxy.prepare(process.env.API_TEST_KUBECONFIG ?? '', process.env.KUBECONFIG);
    await proxy.open();
    kube = new KubeClient();
    watch = new Informer<InformerTarget>(kube, {
      path,
      form: 'whole',
      project: object => object,
      cached: () => held.values(),
      onChange: (object, phase) => {
        const { name = '' } = object.metadata ?? {};
        if (phase === 'present') held.set(name, object);
        else held.delete(name);
        told.push(`${name} ${phase}`);
      },
      onError: error => errors.push(error),
      seconds: 1,
    });
    atEnd(async () => {
      watch.stop();
      return Promise.resolve();
    });
    void watch.run();
  });

  test('that the API server ends again and again goes on, misses nothing and leaves nothing open', async () => {
    const begun = await metric('apiserver_request_total');
    await make('one');
    await waitFor(async () => (await metric('apiserver_request_total')) >= begun + 4, { what: 'four more watches' });
    await make('two');
    await waitUntilTold('one present', 'two present');
    await waitFor(async () => (await metric('apiserver_longrunning_requests')) === 1, { what: 'one watch alone' });
    // On a busy machine a response may come too late.
    expect(errors.filter(error => !(error instanceof NoAnswerError))).toEqual([]);
  });

  test('whose connection is dead without a sign begins anew, and tells what has happened meanwhile', async () => {
    errors.length = 0;
    proxy.forget();
    await make('three');
    await kubectl(['delete', 'podtemplate', 'one', '-n', NAMESPACE]);
    await waitUntilTold('three present', 'one gone');
    expect(errors).not.toEqual([]);
  });

  test('shows its silence as long as there is no way to the API server', async () => {
    await proxy.shut();
    await waitFor(() => kube.signs.staleWatches(2_000).length === 1, { what: 'two seconds without a sign' });
    await proxy.open();
    await make('four');
    await waitUntilTold('four present');
    expect(kube.signs.staleWatches(2_000)).toEqual([]);
  });

  test('that is told there is no such kind is no silent one', async () => {
    const refused = new KubeClient();
    const answers: unknown[] = [];
    const hopeless = new Informer<InformerTarget>(refused, {
      path: '/apis/nowhere.example/v1/things',
      form: 'whole',
      project: object => object,
      cached: () => held.values(),
      onChange: () => undefined,
      onError: error => answers.push(error),
    });
    const ended = hopeless.run();
    // The third comes three seconds after the first.
    await waitFor(() => answers.length === 3, { what: 'three answers' });
    hopeless.stop();
    expect(refused.signs.staleWatches(2_500)).toEqual([]);
    expect(refused.signs.unlisted()).toHaveLength(1);
    await ended;
  });
});
