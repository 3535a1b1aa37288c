import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { ClusterController } from '../../../../src/nats-cluster/controller/controller';
import { KubeClient } from '../../../../src/runtime/kube-client';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { compileSchemas } from '../../../../src/schema/validate-schema';
import { waitFor } from '../../../cluster/support/wait-for';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

function makeCluster(uid: string, resourceVersion: string): NatsClusterObject {
  const metadata = { name: 'c', namespace: 'team', uid, resourceVersion, generation: 1 };
  return { metadata, spec: { size: 1, version: '2.15.2' } };
}

const cluster = makeCluster('u-1', '5');

const CLUSTER = '/apis/nats.io/v1alpha2/namespaces/team/natsclusters/c';

interface Held {
  readonly answer: () => void;
}

/**
 * What stands in for an API server that answers when it is told to: it stores what is applied, and holds back the answer to the requests that `isHeld`
 * chooses.
 */
class SlowApi {
  readonly requests: string[] = [];
  readonly held: Held[] = [];
  readonly objects = new Map<string, object>();
  isHeld: (request: string) => boolean = () => false;
  /** Where there is no such NatsCluster any more. */
  isGone = false;
  #version = 10;

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#handle(request, response);
  };

  get writes(): string[] {
    return this.requests.filter(request => !request.startsWith('GET'));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const [path = ''] = url.split('?');
    const name = `${method} ${path}`;
    const body = await text(request);
    const [status, answer] = this.#answerTo(method, path, body);
    const send = (): void => answerJson(response, answer, status);
    this.requests.push(name);
    if (this.isHeld(name)) this.held.push({ answer: send });
    else send();
  }

  #answerTo(method: string, path: string, body: string): [number, object] {
    if (method === 'GET') {
      const stored = this.objects.get(path);
      if (stored !== undefined) return [200, stored];
      const isList = /\/(pods|events|natsserviceroles|serviceaccounts)$/.test(path);
      return isList ? [200, { items: [] }] : [404, { reason: 'NotFound' }];
    }
    if (this.isGone && path.startsWith(CLUSTER)) return [404, { reason: 'NotFound' }];
    this.#version += 1;
    const object = JSON.parse(body) as { metadata: object };
    const metadata = { uid: `uid-${path}`, ...object.metadata, resourceVersion: String(this.#version) };
    return [200, { ...object, metadata }];
  }
}

let api: SlowApi;
let server: LoopbackApi;
let controller: ClusterController;

// The process of the operator does so before it reconciles; what a decision takes is bounded.
beforeAll(compileSchemas, 60_000);

beforeEach(async () => {
  api = new SlowApi();
  server = await LoopbackApi.open(api.handle);
  const silent = () => undefined;
  controller = new ClusterController({
    kube: new KubeClient(),
    log: { info: silent, warn: silent },
    scope: undefined,
    ownership: { has: () => true, other: () => undefined, during: async (_namespace, work) => work() },
    imageRepository: undefined,
  });
  controller.secretsListed();
});

afterEach(async () => {
  controller.stop();
  await server.close();
});

const isIdle = (): boolean => {
  const { waiting, running } = controller.facts();
  return waiting === 0 && running === 0;
};

const isRequested = async (request: string): Promise<unknown> =>
  waitFor(() => api.requests.includes(request), { what: request, interval: 10 });

/** Fails if anything is left of the cluster, or becomes of it. */
async function expectGone(): Promise<void> {
  await waitFor(isIdle, { what: 'the queue to be empty', interval: 10 });
  const written = api.writes.length;
  expect([...controller.facts().phases]).toEqual([]);
  // What the garbage collector does to the children is nobody's business then.
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'c', namespace: 'team' } } as const;
  controller.childChanged(service, 'gone');
  controller.clusterChanged(cluster, 'gone');
  await waitFor(isIdle, { what: 'the queue to be empty', interval: 10 });
  expect(api.writes.slice(written)).toEqual([]);
  expect([...controller.facts().phases]).toEqual([]);
}

/** Answers what is held, when the watch has told that the cluster is gone. */
async function deleteBeforeAnswers(): Promise<void> {
  api.objects.delete(CLUSTER);
  api.isGone = true;
  controller.clusterChanged(cluster, 'gone');
  api.isHeld = () => false;
  for (const { answer } of api.held.splice(0)) answer();
  await expectGone();
}

const child = (path: string): string => `PATCH ${path}`;

describe('a cluster that is deleted stays so', () => {
  it.each([
    ['an apply of its Secret', child('/api/v1/namespaces/team/secrets/c')],
    ['an apply of its StatefulSet', child('/apis/apps/v1/namespaces/team/statefulsets/c')],
    ['a read of its pods', 'GET /api/v1/namespaces/team/pods'],
    ['a read of a child', 'GET /apis/apps/v1/namespaces/team/statefulsets/c'],
    ['an Event', 'POST /api/v1/namespaces/team/events'],
  ])('when the answer to %s comes after its deletion', async (_what, request) => {
    api.isHeld = name => name === request;
    controller.clusterChanged(cluster, 'present');
    await isRequested(request);
    await deleteBeforeAnswers();
  });

  it('when the answer to the write of its status comes after its deletion', async () => {
    const request = `PATCH ${CLUSTER}/status`;
    api.isHeld = name => name === request;
    controller.clusterChanged({ ...cluster, status: { phase: 'Running' } }, 'present');
    await isRequested(request);
    await deleteBeforeAnswers();
  });

  it('when a read of itself, for a role, is answered after its deletion', async () => {
    api.objects.set(CLUSTER, cluster);
    api.isHeld = name => name === `GET ${CLUSTER}`;
    const metadata = { name: 'r', namespace: 'team', uid: 'r-1', resourceVersion: '1', labels: { nats_cluster: 'c' } };
    controller.serviceRoleChanged({ metadata, spec: {} }, 'present');
    await isRequested(`GET ${CLUSTER}`);
    controller.clusterChanged(cluster, 'present');
    await deleteBeforeAnswers();
  });

  it('when the write of its status is the first to learn of it', async () => {
    api.isGone = true;
    controller.clusterChanged({ ...cluster, status: { phase: 'Running' } }, 'present');
    await isRequested(`PATCH ${CLUSTER}/status`);
    await waitFor(() => controller.facts().phases.size === 0, { what: 'the cluster to be forgotten', interval: 10 });
    await expectGone();
  });
});

it('a cluster that the watch has not shown is not written to, though a role has it read', async () => {
  api.objects.set(CLUSTER, cluster);
  const metadata = { name: 'r', namespace: 'team', uid: 'r-1', resourceVersion: '1', labels: { nats_cluster: 'c' } };
  controller.serviceRoleChanged({ metadata, spec: {} }, 'present');
  await isRequested(`GET ${CLUSTER}`);
  await waitFor(isIdle, { what: 'the queue to be empty', interval: 10 });
  expect(api.writes.filter(write => !write.includes('natsserviceroles'))).toEqual([]);
  controller.clusterChanged(cluster, 'present');
  await isRequested('PATCH /apis/apps/v1/namespaces/team/statefulsets/c');
});

it('a cluster that is made again under the name of a deleted one is reconciled, whatever answers come late', async () => {
  const request = child('/apis/apps/v1/namespaces/team/statefulsets/c');
  api.isHeld = name => name === request;
  controller.clusterChanged(cluster, 'present');
  await isRequested(request);
  controller.clusterChanged(cluster, 'gone');
  controller.clusterChanged(makeCluster('u-2', '50'), 'present');
  api.isHeld = () => false;
  const before = api.requests.filter(name => name === request).length;
  for (const { answer } of api.held.splice(0)) answer();
  await waitFor(() => api.requests.filter(name => name === request).length > before, {
    what: 'the StatefulSet of the second cluster',
    interval: 10,
  });
  expect([...controller.facts().phases.values()]).toEqual([1]);
});
