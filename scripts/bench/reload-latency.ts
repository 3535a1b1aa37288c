import { connect } from '@nats-io/transport-node';
import type { V1Pod } from '@kubernetes/client-node';
import { KubeClient } from '../../src/controller/kube-client';
import { clusterPath, podsPath, secretPath } from '../../src/controller/paths';
import { until } from '../cluster/until';

/** How long a changed password takes to all servers, in milliseconds. */
export interface ReloadLatency {
  /** From the write of the Secret until the last server refuses the old password, one for each round. */
  readonly samples: readonly number[];
  readonly p50: number;
  readonly p95: number;
}

const NAME = 'bench-reload';
const SECRET = 'bench-reload-users';
const USER = 'bench';
const SETTLED_MS = 180_000;

/**
 * Makes a cluster of three servers whose users come from a Secret, in that namespace, and changes the password again and again. To be run
 * in the cluster's network, with KUBECONFIG; the operator must be there, and `examples/config-reload.yaml` must work. What it made goes with the namespace.
 */
export async function measureReloadLatency(namespace: string, rounds: number): Promise<ReloadLatency> {
  const kube = new KubeClient();
  await putPassword(kube, namespace, 'round-0');
  await kube.apply(clusterPath(namespace, NAME), {
    apiVersion: 'nats.io/v1alpha2',
    kind: 'NatsCluster',
    metadata: { name: NAME, namespace },
    spec: { size: 3, version: '2.15.2', pod: { enableConfigReload: true }, auth: { clientsAuthSecret: SECRET } },
  });
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const servers = await settledServers(kube, namespace);
    const start = performance.now();
    await putPassword(kube, namespace, `round-${round}`);
    await Promise.all(servers.map(async server => untilRefused(server, `round-${round - 1}`)));
    samples.push(performance.now() - start);
  }
  return { samples, p50: quantile(samples, 0.5), p95: quantile(samples, 0.95) };
}

async function putPassword(kube: KubeClient, namespace: string, password: string): Promise<void> {
  const users = JSON.stringify({ users: [{ username: USER, password }] });
  await kube.apply(secretPath(namespace, SECRET), {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: SECRET, namespace },
    stringData: { 'clients.json': users },
  });
}

/** The addresses of the servers, once all of them run with what is wanted. */
async function settledServers(kube: KubeClient, namespace: string): Promise<string[]> {
  const isSettled = await until(async () => {
    const cluster = (await kube.get(clusterPath(namespace, NAME))) as Conditions | undefined;
    const isTrue = (wanted: string): boolean =>
      cluster?.status?.conditions?.some(({ type, status }) => type === wanted && status === 'True') ?? false;
    return isTrue('Ready') && isTrue('ConfigApplied');
  }, SETTLED_MS);
  if (!isSettled) throw new Error(`${NAME} did not settle within ${SETTLED_MS / 1000} s`);
  const list = (await kube.get(podsPath(namespace), { labelSelector: `nats_cluster=${NAME}` })) as { items: V1Pod[] };
  return list.items.map(({ status }) => `${status?.podIP ?? ''}:4222`);
}

interface Conditions {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** A login each few milliseconds, as long as the server lets it in. */
async function untilRefused(servers: string, pass: string): Promise<void> {
  for (;;) {
    try {
      const client = await connect({ servers, user: USER, pass, reconnect: false, ignoreClusterUpdates: true });
      await client.close();
    } catch (error) {
      if (error instanceof Error && /authorization violation/i.test(error.message)) return;
      throw error;
    }
  }
}

/** The nearest-rank quantile. */
function quantile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? NaN;
}
