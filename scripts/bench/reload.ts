import { connect } from '@nats-io/transport-node';
import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { KubeClient } from '../../src/runtime/kube-client';
import { podsPath, secretPath } from '../../src/runtime/api-paths';
import { clusterPath } from '../../src/nats-cluster/controller/cluster-api';
import { until } from '../../tools/toolchain/until';
import { inNamespace } from './bench-namespace';
import { figure, spread, type Figure } from './figure';
import { natsCluster } from './nats-clusters';
import { quantile } from './quantile';

const NAME = 'bench-reload';
const SECRET = 'bench-reload-users';
const USER = 'bench';
const SETTLED_MS = 180_000;
const REFUSED_MS = 60_000;
const PROBE_MS = 20;
/** Changes that come while a kubelet is still busy with the last one wait for it: that is another measure than this one. */
const APART_MS = 2_000;

/**
 * How long a changed password takes to all of three servers, from the write of its Secret until the last of them refuses the old one: their users come from a
 * Secret, as in `examples/config-reload.yaml`.
 */
export async function measureReload(rounds: number): Promise<Figure[]> {
  const samples = await inNamespace(async namespace => changePasswords(namespace, rounds));
  const what = 'reload: a Secret of users written to the last of 3 servers refusing the old password, p95';
  return [
    figure(what, { value: quantile(samples, 0.95) / 1000, bound: 1, unit: ' s' }, { milliseconds: spread(samples) }),
  ];
}

/** One sample for each round, in milliseconds. */
async function changePasswords(namespace: string, rounds: number): Promise<number[]> {
  const kube = new KubeClient();
  await putPassword(kube, namespace, 'round-0');
  const reloading = { pod: { enableConfigReload: true }, auth: { clientsAuthSecret: SECRET } };
  await kube.apply(clusterPath(namespace, NAME), natsCluster(namespace, NAME, 3, reloading));
  const samples: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const servers = await settledServers(kube, namespace);
    await pause(APART_MS);
    const start = performance.now();
    await putPassword(kube, namespace, `round-${round}`);
    await Promise.all(servers.map(async server => untilRefused(server, `round-${round - 1}`)));
    samples.push(performance.now() - start);
  }
  return samples;
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
