import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NatsClusterStatus } from '../../../../generated/nats-cluster';
import { until } from '../../../../tools/toolchain/until';
import { ClusterController } from '../../../../src/nats-cluster/controller/controller';
import { KubeClient } from '../../../../src/runtime/kube-client';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { findReconcileFailure } from '../../../../src/nats-cluster/status/reconcile-failure';
import { compileSchemas } from '../../../../src/schema/validate-schema';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

const DEADLINE = 100_000;

/** Milliseconds: some ten times what a small cluster takes, and a fraction of what the large one does. */
const DECISION = 100;

/** As much as a Secret holds: no cluster that is bounded well takes a second, which is the real limit. */
const users = Array.from({ length: 6_000 }, (_, index) => ({
  username: `user-${index}`,
  password: `password-of-${index}`,
  permissions: { publish: [`a.${index}.>`], subscribe: [`b.${index}.>`] },
}));
const usersSecret = { 'clients-auth.json': Buffer.from(JSON.stringify({ users })).toString('base64') };

const clusterOf = (namespace: string, name: string, spec: object = {}): NatsClusterObject => ({
  metadata: { name, namespace, uid: `${namespace}-${name}`, generation: 1 },
  spec: { size: 1, version: '2.10.29', ...spec },
});

describe('a cluster whose decisions take too long', () => {
  const large = clusterOf('hostile', 'large', { auth: { clientsAuthSecret: 'users' } });
  const written: string[] = [];
  let statuses: NatsClusterStatus[] = [];
  let api: LoopbackApi;
  let controllers: ClusterController[] = [];

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    if (request.method !== 'GET') {
      written.push(`${request.method ?? ''} ${pathname}`);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const object = JSON.parse(body) as NatsClusterObject;
        if (pathname.endsWith('natsclusters/large/status') && object.status) statuses.push(object.status);
        const stored = pathname.endsWith('natsclusters/large/status') ? { ...large, status: object.status } : object;
        answerJson(response, stored);
      });
    } else if (pathname.endsWith('/secrets/users'))
      answerJson(response, { metadata: { name: 'users' }, data: usersSecret });
    else if (pathname.endsWith('natsserviceroles') || searchParams.size > 0) answerJson(response, { items: [] });
    else answerJson(response, {}, 404);
  };

  const start = (decisionDeadline = DECISION): ClusterController => {
    const controller = new ClusterController({
      kube: new KubeClient(),
      log: { info: () => undefined, warn: () => undefined },
      scope: undefined,
      ownership: { has: () => true, other: () => undefined, during: async (_namespace, work) => work() },
      imageRepository: undefined,
      decisionDeadline,
    });
    controller.secretsListed();
    controllers.push(controller);
    return controller;
  };

  const marks = (): string[] =>
    statuses.map(status => {
      const { status: value, reason } = findReconcileFailure(status) ?? {};
      return `${value ?? ''} ${reason ?? ''}`;
    });

  beforeAll(async () => {
    compileSchemas();
    api = await LoopbackApi.open(answer);
    // What runs for the first time takes longer.
    start(60_000).clusterChanged(clusterOf('other', 'first'), 'present');
    expect(await until(() => written.some(write => write.endsWith('/statefulsets/first')), DEADLINE)).toBe(true);
  }, 210_000);

  afterEach(() => {
    controllers.forEach(controller => controller.stop());
    [controllers, statuses] = [[], []];
  });

  afterAll(async () => api.close());

  it('is marked, tried once more, and set aside, while others are reconciled', async () => {
    const controller = start();
    controller.clusterChanged(large, 'present');
    controller.clusterChanged(clusterOf('other', 'small'), 'present');
    const path = '/apis/apps/v1/namespaces/other/statefulsets/small';
    expect(await until(() => written.includes(`PATCH ${path}`), DEADLINE)).toBe(true);
    expect(await until(() => marks().includes('False ReconcileDeadlineExceeded'), DEADLINE)).toBe(true);
    expect(marks()).toEqual(['Unknown ReconcileDeadlineExceeded', 'False ReconcileDeadlineExceeded']);
    expect(written.filter(write => write.includes('/statefulsets/large'))).toEqual([]);
  }, 210_000);

  it('is not tried by the next process where its mark says that it was being tried', async () => {
    const conditions = [
      { type: 'Reconciling', status: 'True' as const, reason: 'ReconcileDeadlineExceeded', observedGeneration: 1 },
    ];
    start().clusterChanged({ ...large, status: { conditions } }, 'present');
    expect(await until(() => marks().length > 0, DEADLINE)).toBe(true);
    // Had it been tried, it would have been the first time of two.
    expect(marks()).toEqual(['False ReconcileDeadlineExceeded']);
  }, 210_000);
});
