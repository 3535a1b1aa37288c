import type { V1Pod } from '@kubernetes/client-node';
import { KubeClient } from '../../src/runtime/kube-client';
import { MonitorClient } from '../../src/nats-cluster/monitoring/monitor-client';
import { podsPath } from '../../src/runtime/api-paths';
import { childPath, clusterPath } from '../../src/nats-cluster/controller/cluster-api';
import type { Child } from '../../src/nats-cluster/children';
import { until } from '../../tools/toolchain/until';
import { inNamespace } from './bench-namespace';
import { figure, rounded, type Figure } from './figure';
import { natsCluster, renderedChildren } from './nats-clusters';
import { quantile } from './quantile';

const SIZE = 3;
const DEADLINE_MS = 120_000;

/**
 * How long a cluster takes to three servers that are ready and meshed, from the write of its NatsCluster, against the time from the first write of the same
 * children without an operator: one after the other, in turn.
 */
export async function measureStart(rounds: number): Promise<Figure[]> {
  return inNamespace(async namespace => {
    const operator: number[] = [];
    const raw: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      operator.push(await timeOperator(namespace, `by-operator-${round}`));
      raw.push(await timeRaw(namespace, `raw-${round}`));
    }
    const ratios = operator.map((time, index) => time / (raw[index] ?? NaN));
    const what = 'start: a NatsCluster written to 3 servers ready and meshed, against the same objects applied raw';
    const from = { operator: operator.map(rounded), raw: raw.map(rounded), ratios: ratios.map(rounded) };
    return [figure(what, { value: quantile(ratios, 0.5), bound: 1.15, unit: ' times' }, from)];
  });
}

async function timeOperator(namespace: string, name: string): Promise<number> {
  const kube = new KubeClient();
  const start = performance.now();
  const { metadata } = (await kube.apply(clusterPath(namespace, name), natsCluster(namespace, name, SIZE))) as {
    metadata: { uid: string };
  };
  await untilMeshed(kube, namespace, name);
  const time = performance.now() - start;
  await kube.delete(clusterPath(namespace, name), metadata.uid);
  await untilGone(kube, namespace, name);
  return time;
}

async function timeRaw(namespace: string, name: string): Promise<number> {
  const kube = new KubeClient();
  // There is no NatsCluster that could own them.
  const children = renderedChildren(natsCluster(namespace, name, SIZE)).map(withoutOwner);
  const start = performance.now();
  const stored: { kind: Child['kind']; metadata: { name: string; uid: string } }[] = [];
  for (const child of children) {
    const path = childPath(child.kind, namespace, child.metadata.name);
    stored.push((await kube.apply(path, child)) as (typeof stored)[number]);
  }
  await untilMeshed(kube, namespace, name);
  const time = performance.now() - start;
  for (const { kind, metadata } of stored) await kube.delete(childPath(kind, namespace, metadata.name), metadata.uid);
  await untilGone(kube, namespace, name);
  return time;
}

const withoutOwner = (child: Child): Child => ({ ...child, metadata: { ...child.metadata, ownerReferences: [] } });

async function untilMeshed(kube: KubeClient, namespace: string, name: string): Promise<void> {
  const monitor = new MonitorClient();
  const isMeshed = async (): Promise<boolean> => {
    const servers = [
      ...(
        await monitor.ask(
          { name },
          name,
          await pods(kube, namespace, name),
          { config: undefined, remotes: undefined, jetstream: undefined },
          { fresh: true, silent: true },
        )
      ).values(),
    ];
    return servers.length === SIZE && servers.every(server => server.answered && server.routedTo.size === SIZE - 1);
  };
  if (!(await until(isMeshed, DEADLINE_MS))) throw new Error(`${name} was not meshed in time`);
}

async function untilGone(kube: KubeClient, namespace: string, name: string): Promise<void> {
  const isGone = async (): Promise<boolean> => (await pods(kube, namespace, name)).length === 0;
  if (!(await until(isGone, DEADLINE_MS))) throw new Error(`${name} was not gone in time`);
}

async function pods(kube: KubeClient, namespace: string, name: string): Promise<V1Pod[]> {
  const list = (await kube.get(podsPath(namespace), { labelSelector: `nats_cluster=${name}` })) as { items: V1Pod[] };
  return list.items;
}
