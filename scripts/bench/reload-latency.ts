import { connect } from '@nats-io/transport-node';
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeClient } from '../../src/controller/kube-client';
import { clusterPath, podsPath, secretPath } from '../../src/controller/paths';
import { until } from '../cluster/until';
import { quantile } from './quantile';

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
const REFUSED_MS = 60_000;
const PROBE_MS = 20;
/** Changes that come while a kubelet is still busy with the last one wait for it: that is another measure than this one. */
const APART_MS = 2_000;

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
    await pause(APART_MS);
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

/**
 * A login after the other, as long as the server lets it in; a connection that breaks while the server reloads says nothing yet. With pauses:
 * logins without end would take the processor from what is measured.
 */
async function untilRefused(server: string, password: string): Promise<void> {
  const end = performance.now() + REFUSED_MS;
  while (!(await isRefused(server, password))) {
    if (performance.now() > end) throw new Error(`${server} takes the old password for ${REFUSED_MS / 1000} s`);
    await pause(PROBE_MS);
  }
}

async function isRefused(servers: string, pass: string): Promise<boolean> {
  try {
    const client = await connect({ servers, user: USER, pass, reconnect: false, ignoreClusterUpdates: true });
    await client.close();
    return false;
  } catch (error) {
    return error instanceof Error && /authorization violation/i.test(error.message);
  }
}
