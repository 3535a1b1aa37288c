import type { V1Pod } from '@kubernetes/client-node';
import { KubeClient } from '../../src/controller/kube-client';
import { MonitorClient } from '../../src/controller/monitor-client';
import { childPath, clusterPath, podsPath } from '../../src/controller/paths';
import type { Child } from '../../src/model/child';
import { sync } from '../../src/sync';
import { until } from '../cluster/until';

/** How long a cluster takes to three servers that are ready and meshed, in milliseconds, round by round. */
export interface StartTimes {
  /** From the write of the NatsCluster. */
  readonly operator: readonly number[];
  /** From the first write of the same children, without an operator. */
  readonly raw: readonly number[];
  /** Pair by pair. */
  readonly ratios: readonly number[];
}

const SIZE = 3;
const DEADLINE_MS = 120_000;

/** Makes one cluster by the operator and one from its rendered children in turn, in that namespace, and takes each away again. */
export async function measureStart(namespace: string, rounds: number): Promise<StartTimes> {
  const operator: number[] = [];
  const raw: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    operator.push(await timeOperator(namespace, `by-operator-${round}`));
    raw.push(await timeRaw(namespace, `raw-${round}`));
  }
  return { operator, raw, ratios: operator.map((time, index) => time / (raw[index] ?? NaN)) };
}

async function timeOperator(namespace: string, name: string): Promise<number> {
  const kube = new KubeClient();
  const start = performance.now();
  const { metadata } = (await kube.apply(clusterPath(namespace, name), natsCluster(namespace, name))) as {
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
  const children = renderedChildren(namespace, name);
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

const natsCluster = (namespace: string, name: string) => ({
  apiVersion: 'nats.io/v1alpha2',
  kind: 'NatsCluster',
  metadata: { name, namespace },
  spec: { size: SIZE, version: '2.15.2' },
});

/** What the operator would write, without the owner that is not there. */
function renderedChildren(namespace: string, name: string): Child[] {
  const observed = { cluster: natsCluster(namespace, name), children: [], pods: [], servers: new Map<string, never>() };
  return sync(observed, new Date()).actions.flatMap(action => {
    if (action.type !== 'apply') return [];
    return [{ ...action.child, metadata: { ...action.child.metadata, ownerReferences: [] } }];
  });
}

async function untilMeshed(kube: KubeClient, namespace: string, name: string): Promise<void> {
  const monitor = new MonitorClient();
  const isMeshed = async (): Promise<boolean> => {
    const servers = [
      ...(
        await monitor.ask(name, await pods(kube, namespace, name), { config: undefined, neighbours: undefined }, true)
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
