import { randomUUID } from 'node:crypto';
import { KubeClient } from '../../src/controller/kube-client';
import { quantile } from './quantile';
import { measureReloadLatency } from './reload-latency';
import { measureStart } from './start';

/** Runs the measures from within the cluster's network; its one argument is the number of rounds. */
async function main(rounds: number): Promise<void> {
  const start = await inNamespace(namespace => measureStart(namespace, rounds));
  const reload = await inNamespace(namespace => measureReloadLatency(namespace, rounds * 4));
  const figures = {
    'start: CR applied to 3 servers ready and meshed, against the same objects applied raw': {
      ratio: quantile(start.ratios, 0.5),
      bound: 1.15,
      ...start,
    },
    'reload: Secret written to the last server refusing the old password, ms': { bound: { p95: 1000 }, ...reload },
  };
  process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`);
}

async function inNamespace<T>(measure: (namespace: string) => Promise<T>): Promise<T> {
  const kube = new KubeClient();
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const path = `/api/v1/namespaces/${name}`;
  const { metadata } = (await kube.apply(path, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })) as {
    metadata: { uid: string };
  };
  try {
    return await measure(name);
  } finally {
    await kube.delete(path, metadata.uid);
  }
}

main(Number(process.argv[2])).then(
  // Kept connections would hold the process for a while.
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
