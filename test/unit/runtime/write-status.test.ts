import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { KubeClient } from '../../../src/runtime/kube-client';
import { setFinalizer } from '../../../src/runtime/set-finalizer';
import { StatusRejectedError, writeStatus } from '../../../src/runtime/write-status';
import { answerJson, LoopbackApi } from './loopback-api';

const PATH = '/apis/nats.io/v1alpha2/namespaces/team/natsclusters/c';
const OWNER = {
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name: 'c', namespace: 'team', uid: 'u-1' },
};

let server: LoopbackApi;
let status: number;
let answer: object;
let requests: { readonly method: string; readonly url: string; readonly body: unknown }[];
let kube: KubeClient;

async function record(request: IncomingMessage): Promise<void> {
  const { method = '', url = '' } = request;
  requests.push({ method, url, body: JSON.parse(await text(request)) });
}

beforeEach(async () => {
  requests = [];
  server = await LoopbackApi.open((request, response) => {
    void record(request).then(() => answerJson(response, answer, status));
  });
  kube = new KubeClient();
});

afterEach(async () => server.close());

describe('writeStatus', () => {
  it('applies the status with the identity of its object, and returns what is stored', async () => {
    [status, answer] = [200, { ...OWNER, status: { phase: 'Running' } }];
    expect(await writeStatus(kube, PATH, OWNER, { phase: 'Running' })).toEqual(answer);
    expect(requests).toMatchObject([{ method: 'PATCH', body: { ...OWNER, status: { phase: 'Running' } } }]);
    expect(requests[0]?.url).toMatch(new RegExp(`^${PATH}/status\\?fieldManager=`));
  });

  it('returns undefined if the object was deleted', async () => {
    [status, answer] = [404, { reason: 'NotFound' }];
    expect(await writeStatus(kube, PATH, OWNER, {})).toBeUndefined();
  });

  it('fails with a conflict if another object has the name', async () => {
    [status, answer] = [409, { reason: 'Conflict', message: 'Precondition failed: UID in precondition' }];
    await expect(writeStatus(kube, PATH, OWNER, {})).rejects.toMatchObject({ name: 'ApiError', status: 409 });
  });

  it('says that the API server rejects the status', async () => {
    [status, answer] = [422, { reason: 'Invalid', message: 'status.size: must be an integer' }];
    const rejection = await writeStatus(kube, PATH, OWNER, {}).catch((error: unknown) => error);
    expect(rejection).toBeInstanceOf(StatusRejectedError);
    expect(rejection).toHaveProperty('message', expect.stringContaining('status.size: must be an integer'));
  });
});

describe('setFinalizer', () => {
  const metadata = { resourceVersion: '7', finalizers: ['a', 'b'] };

  it.each([
    ['adds it to those of others', 'c', true, ['a', 'b', 'c']],
    ['adds it once', 'b', true, ['a', 'b']],
    ['removes it from those of others', 'a', false, ['b']],
  ])('%s, with the resourceVersion that it was read at', async (_title, finalizer, isWanted, finalizers) => {
    [status, answer] = [200, OWNER];
    expect(await setFinalizer(kube, PATH, metadata, finalizer, isWanted)).toEqual(OWNER);
    expect(requests.map(({ body }) => body)).toEqual([{ metadata: { resourceVersion: '7', finalizers } }]);
  });

  it('returns undefined if the object does not exist', async () => {
    [status, answer] = [404, { reason: 'NotFound' }];
    expect(await setFinalizer(kube, PATH, metadata, 'c', true)).toBeUndefined();
  });
});
