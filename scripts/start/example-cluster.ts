import { join } from 'node:path';
import { until } from '../../tools/toolchain/until';
import { projectRoot } from '../image/project-root';
import { type ClusterAccess, kubectl, readObject } from '../operator/cluster-access';
import { say } from '../../tools/toolchain/progress';

/** Of a NatsCluster, what the quickstart reads. */
export interface ExampleCluster {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly generation: number };
  readonly spec: { readonly size: number };
  readonly status?: {
    readonly reason?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status?: string;
      readonly observedGeneration?: number;
    }[];
  };
}

interface Routez {
  readonly routes?: readonly { readonly remote_name?: string }[];
}

const READY_MS = 180_000;

/**
 * Applies an example as a user would, and returns it as it was stored.
 *
 * @param namespace that of the context where it is undefined
 */
export async function applyExample(cluster: ClusterAccess, file: string, namespace?: string): Promise<ExampleCluster> {
  const args = ['apply', '-f', join(projectRoot, file), '-o', 'json'];
  const place = namespace === undefined ? [] : ['-n', namespace];
  return JSON.parse(await kubectl(cluster, [...args, ...place])) as ExampleCluster;
}

/**
 * Waits until the operator says that every server is ready and meshed; shows meanwhile what it says.
 *
 * @param pod one that has to be ready as well: the status may be of before it was replaced
 */
export async function waitUntilReady(
  cluster: ClusterAccess,
  { metadata }: ExampleCluster,
  pod?: string,
): Promise<void> {
  const { name, namespace } = metadata;
  let told = '';
  const isDone = async () => {
    const live = await readObject<ExampleCluster>(cluster, ['nats', name, '-n', namespace]);
    const reason = live?.status?.reason ?? '';
    if (reason !== '' && reason !== told) say(`  … ${reason}`);
    told = reason;
    return live !== undefined && isReady(live) && (pod === undefined || (await isPodReady(cluster, namespace, pod)));
  };
  if (await until(isDone, READY_MS)) return;
  throw new Error(`not ready after ${READY_MS / 1000} s: ${told === '' ? 'the operator has said nothing' : told}`);
}

async function isPodReady(cluster: ClusterAccess, namespace: string, pod: string): Promise<boolean> {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  return (await kubectl(cluster, ['get', 'pod', pod, '-n', namespace, '-o', path])) === 'True';
}

function isReady({ metadata, status }: ExampleCluster): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
}

/** The servers that each server has routes to, as they say themselves at /routez; by pod. */
export async function readMesh(
  cluster: ClusterAccess,
  { metadata, spec }: ExampleCluster,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const pods = podsOf({ metadata, spec });
  const routes = pods.map(async pod => {
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${pod}:8222/proxy/routez`;
    const routez = JSON.parse(await kubectl(cluster, ['get', '--raw', path])) as Routez;
    const remotes = (routez.routes ?? []).flatMap(({ remote_name }) => remote_name ?? []);
    return [pod, [...new Set(remotes)].sort()] as const;
  });
  return new Map(await Promise.all(routes));
}

/** The names of the example's pods, from ordinal 1. */
export function podsOf({ metadata, spec }: ExampleCluster): readonly string[] {
  return Array.from({ length: spec.size }, (_, index) => `${metadata.name}-${index + 1}`);
}
