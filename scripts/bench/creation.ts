import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import type { KubeClient } from '../../src/runtime/kube-client';
import { childPath, clusterPath } from '../../src/nats-cluster/controller/cluster-api';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { until } from '../../tools/toolchain/until';
import { inApiPlace, type ApiPlace } from './api-place';
import { figure, rounded, type Figure } from './figure';
import { natsCluster, renderedChildren } from './nats-clusters';
import { besideOperator } from './operator-beside';
import { quantile } from './quantile';

const CLUSTERS = 500;
/** As many as the operator works on at once. */
const AT_A_TIME = 8;
const DONE_MS = 600_000;
/** Asking is work for the API server as well. */
const APART_MS = 250;

/**
 * How long the operator takes until all children of many clusters are there, against writing NatsClusters and children by hand, as many clusters at a time. Each
 * has an API server of its own, so that neither finds it busy with what the other has made.
 */
export async function measureCreation(rounds: number): Promise<Figure[]> {
  const raw: number[] = [];
  const operator: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    raw.push(await inApiPlace(async place => timed(async () => writeAll(place, true))));
    operator.push(await inApiPlace(async place => besideOperator(place, async () => timeOperator(place))));
  }
  const ratios = operator.map((time, index) => time / (raw[index] ?? NaN));
  const value = quantile(ratios, 0.5);
  const what = `creation: ${CLUSTERS} NatsClusters written to all children in place, against the same objects applied raw`;
  return [
    figure(what, { value, bound: 1.5, unit: ' times' }, { operator: operator.map(rounded), raw: raw.map(rounded) }),
  ];
}

async function timeOperator(place: ApiPlace): Promise<number> {
  // It waits for a while before its first write, to be sure that no other operator is in charge.
  await writeOne(place, 'first', false);
  await untilThere(place, 1);
  return timed(async () => {
    await writeAll(place, false);
    await untilThere(place, 1 + CLUSTERS);
  });
}

/** In seconds. */
async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function writeAll(place: ApiPlace, withChildren: boolean): Promise<void> {
  const names = Array.from({ length: CLUSTERS }, (_, index) => `c${index}`);
  await pMap(names, async name => writeOne(place, name, withChildren), { concurrency: AT_A_TIME });
}

async function writeOne({ kube, namespace }: ApiPlace, name: string, withChildren: boolean): Promise<void> {
  const stored = await kube.apply(clusterPath(namespace, name), natsCluster(namespace, name));
  if (!withChildren) return;
  for (const child of renderedChildren(stored as NatsClusterObject)) {
    await kube.apply(childPath(child.kind, namespace, child.metadata.name), child);
  }
}

/** The StatefulSet is the last that is made of a cluster. */
async function untilThere({ kube, namespace }: ApiPlace, clusters: number): Promise<void> {
  const areThere = async (): Promise<boolean> => {
    await pause(APART_MS);
    return (await countStatefulSets(kube, namespace)) === clusters;
  };
  if (!(await until(areThere, DONE_MS))) throw new Error(`not all children were there within ${DONE_MS / 1000} s`);
}

/** A page of one says how many are left: reading all of them again and again would keep the API server busy. */
async function countStatefulSets(kube: KubeClient, namespace: string): Promise<number> {
  const page = (await kube.get(childPath('StatefulSet', namespace, ''), { limit: '1' })) as {
    readonly items: readonly unknown[];
    readonly metadata: { readonly remainingItemCount?: number };
  };
  return page.items.length + (page.metadata.remainingItemCount ?? 0);
}
