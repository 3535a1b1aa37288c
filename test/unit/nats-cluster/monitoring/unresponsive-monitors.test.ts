import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { V1Pod } from '@kubernetes/client-node';
import { until } from '../../../../tools/toolchain/until';
import { ClusterController } from '../../../../src/nats-cluster/controller/controller';
import { KubeClient } from '../../../../src/runtime/kube-client';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { ports } from '../../../../src/nats-cluster/spec/ports';
import { compileSchemas } from '../../../../src/schema/validate-schema';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';
import { ownPodLabels } from '../../../fixtures/own-pod';

const SILENT = 150;
const DEADLINE = 100_000;

/** Takes connections on the monitors' port of a loopback address of its own, and says nothing. */
class SilentMonitor {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server = createServer(socket => {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
  });
  address = '';
  asked = 0;

  async open(): Promise<void> {
    this.#server.on('connection', () => (this.asked += 1));
    do {
      this.address = `127.${randomInt(1, 255)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
      this.#server.listen(ports.monitoring, this.address);
    } while (
      !(await once(this.#server, 'listening').then(
        () => true,
        () => false,
      ))
    );
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }
}

const clusterOf = (namespace: string, name: string): NatsClusterObject => ({
  metadata: { name, namespace, uid: `${namespace}-${name}`, generation: 1 },
  spec: { size: 1, version: '2.10.29' },
});

const readyPod = (namespace: string, name: string, podIP: string): V1Pod => ({
  metadata: { name: `${name}-1`, namespace, uid: `${name}-1`, labels: ownPodLabels(`${name}-1`, name) },
  spec: { containers: [{ name: 'nats' }] },
  status: { podIP, conditions: [{ type: 'Ready', status: 'True' }] },
});

describe('clusters whose monitors take connections and say nothing', () => {
  const monitor = new SilentMonitor();
  const written: string[] = [];
  let api: LoopbackApi;
  let controller: ClusterController;

  /** No children, the pod of a silent cluster, and whatever is applied as it comes. */
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    const [, namespace = '', kind = ''] = /\/namespaces\/([^/]+)\/([^/]+)/.exec(pathname) ?? [];
    if (request.method !== 'GET') {
      written.push(`${request.method ?? ''} ${pathname}`);
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => answerJson(response, JSON.parse(body)));
    } else if (kind === 'pods') {
      const name = /nats_cluster=([^,]+)/.exec(searchParams.get('labelSelector') ?? '')?.[1] ?? '';
      answerJson(response, { items: namespace === 'quiet' ? [readyPod(namespace, name, monitor.address)] : [] });
    } else if (pathname.endsWith('natsserviceroles')) answerJson(response, { items: [] });
    else answerJson(response, {}, 404);
  };

  beforeAll(async () => {
    compileSchemas();
    await monitor.open();
    api = await LoopbackApi.open(answer);
    const quiet = { info: () => undefined, warn: () => undefined };
    controller = new ClusterController({
      kube: new KubeClient(),
      log: quiet,
      scope: undefined,
      ownership: { has: () => true, other: () => undefined, during: async (_namespace, work) => work() },
      imageRepository: undefined,
      exemptNamespaces: [],
      // Here it is about the monitors, however busy the machine is.
      decisionDeadline: 60_000,
    });
    controller.secretsListed();
  });

  afterAll(async () => {
    controller.stop();
    await monitor.close();
    await api.close();
  });

  it('do not keep a new cluster of another namespace waiting', async () => {
    for (let index = 0; index < SILENT; index += 1) {
      controller.clusterChanged(clusterOf('quiet', `c${index}`), 'present');
    }
    expect(await until(() => monitor.asked >= 40, DEADLINE)).toBe(true);
    const since = performance.now();
    controller.clusterChanged(clusterOf('other', 'new'), 'present');
    const path = '/apis/apps/v1/namespaces/other/statefulsets/new';
    expect(await until(() => written.some(write => write === `PATCH ${path}`), DEADLINE)).toBe(true);
    // Alone it takes 50 ms; before monitors were asked outside of the slots it was half a minute.
    expect(performance.now() - since).toBeLessThan(10_000);
  }, 210_000);
});
