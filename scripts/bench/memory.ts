import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import pMap from 'p-map';
import type { KubeClient } from '../../src/runtime/kube-client';
import { clusterPath } from '../../src/nats-cluster/controller/cluster-api';
import { until } from '../../tools/toolchain/until';
import { inApiPlace, type ApiPlace } from './api-place';
import { figure, type Figure } from './figure';
import { natsCluster } from './nats-clusters';
import { besideOperator } from './operator-beside';
import { quantile } from './quantile';

const COUNTS = [1, 100, 500];
const SIZE = 3;
const AT_A_TIME = 8;
const SEEN_MS = 600_000;
const SAMPLES = 30;
const APART_MS = 1_000;

const bound = (clusters: number): number => 160 + 0.1 * clusters;

/** How much memory the operator holds when it has come to rest with so many clusters of three servers; their pods are there, but have no nodes. */
export async function measureMemory(): Promise<Figure[]> {
  return inApiPlace(async place =>
    besideOperator(place, async ({ pid }) => {
      const figures: Figure[] = [];
      let made = 0;
      for (const count of COUNTS) {
        await makeClusters(place, made, count);
        made = count;
        figures.push(memoryFigure(count, await residentAtRest(pid), pid));
      }
      return figures;
    }),
  );
}

async function makeClusters({ kube, namespace }: ApiPlace, from: number, to: number): Promise<void> {
  const names = Array.from({ length: to - from }, (_, index) => `c${from + index}`);
  const write = async (name: string) => kube.apply(clusterPath(namespace, name), natsCluster(namespace, name, SIZE));
  await pMap(names, write, { concurrency: AT_A_TIME });
  if (!(await until(async () => areSeen(kube, namespace, to), SEEN_MS)))
    throw new Error(`not all pods of ${to} clusters were there and seen within ${SEEN_MS / 1000} s`);
}

interface Clusters {
  readonly items: readonly { readonly status?: { readonly size?: number } }[];
}

/** Whether the status of so many clusters counts all of their pods. */
async function areSeen(kube: KubeClient, namespace: string, count: number): Promise<boolean> {
  await pause(APART_MS);
  const { items } = (await kube.get(clusterPath(namespace, ''))) as Clusters;
  return items.filter(({ status }) => status?.size === SIZE).length === count;
}

/** Resident memory in MB, second by second. */
async function residentAtRest(pid: number): Promise<number[]> {
  const samples: number[] = [];
  while (samples.length < SAMPLES) {
    await pause(APART_MS);
    samples.push(read(pid, 'VmRSS'));
  }
  return samples;
}

function memoryFigure(clusters: number, samples: readonly number[], pid: number): Figure {
  const what = `memory: resident with ${clusters} ${clusters === 1 ? 'cluster' : 'clusters'}`;
  return figure(
    what,
    { value: quantile(samples, 0.5), bound: bound(clusters), unit: ' MB' },
    { lowest: Math.min(...samples), highest: Math.max(...samples), peakSinceStart: read(pid, 'VmHWM') },
  );
}

/** @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function read(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kilobytes) * 1024) / 1e6);
}
