import { KubeClient } from '../../../src/runtime/kube-client';

/** The API server is on the same machine. */
const PARALLEL = 6;
const QUARTER_MEGABYTE = 'x'.repeat(250_000);
const VARIABLE = 'y'.repeat(100_000);

const LABELS = { app: 'nats', nats_cluster: 'theirs' };

interface Kind {
  readonly path: (namespace: string) => string;
  readonly count: number;
  readonly make: (index: number, namespace: string) => object;
}

const annotated = (index: number): object => ({
  ...{ name: `theirs-${index}`, labels: LABELS, annotations: { text: QUARTER_MEGABYTE } },
});

/** Pods as large as etcd takes them nearly, and of other kinds the annotations that the API server allows at most. */
const KINDS: readonly Kind[] = [
  {
    path: namespace => `/api/v1/namespaces/${namespace}/pods`,
    count: 140,
    make: index => {
      const env = Array.from({ length: 9 }, (_, variable) => ({ name: `V${variable}`, value: VARIABLE }));
      const spec = { nodeSelector: { no: 'where' }, containers: [{ name: 'nats', image: 'i', env }] };
      return { apiVersion: 'v1', kind: 'Pod', metadata: { name: `theirs-${index}`, labels: LABELS }, spec };
    },
  },
  {
    path: namespace => `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases`,
    count: 300,
    make: index => {
      const labels = { 'nats.io/operator-scope': index % 2 === 0 ? 'namespace' : 'cluster' };
      const metadata = { ...annotated(index), labels };
      return { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { holderIdentity: 'x' } };
    },
  },
  {
    path: namespace => `/api/v1/namespaces/${namespace}/secrets`,
    count: 400,
    make: index => ({ apiVersion: 'v1', kind: 'Secret', metadata: annotated(index) }),
  },
  {
    path: namespace => `/api/v1/namespaces/${namespace}/services`,
    count: 250,
    make: index => {
      const spec = { clusterIP: 'None', ports: [{ port: 4222 }] };
      return { apiVersion: 'v1', kind: 'Service', metadata: annotated(index), spec };
    },
  },
  {
    path: namespace => `/api/v1/namespaces/${namespace}/events`,
    count: 200,
    make: (index, namespace) => {
      const involvedObject = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'theirs', namespace };
      return { apiVersion: 'v1', kind: 'Event', metadata: annotated(index), involvedObject, reason: 'FailedCreate' };
    },
  },
];

/** Fills a namespace with large objects that carry the labels of ours, of all kinds in turn. */
export class Flood {
  readonly #kube: KubeClient;
  /** What the API server has taken so far. */
  bytes = 0;

  constructor(private readonly namespace: string) {
    process.env.KUBECONFIG = process.env.API_TEST_KUBECONFIG ?? '';
    this.#kube = new KubeClient();
  }

  async run(): Promise<void> {
    const objects = this.#objects();
    const work = async (): Promise<void> => {
      for (const { path, object } of objects) {
        await this.#kube.create(path, object);
        this.bytes += JSON.stringify(object).length;
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  *#objects(): Generator<{ path: string; object: object }> {
    const most = Math.max(...KINDS.map(({ count }) => count));
    for (let index = 0; index < most; index += 1)
      for (const { path, count, make } of KINDS)
        if (index < count) yield { path: path(this.namespace), object: make(index, this.namespace) };
  }
}
