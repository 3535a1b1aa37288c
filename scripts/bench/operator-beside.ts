import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { reservePort } from '../../tools/toolchain/reserve-ports';
import { operatorFiles, writeOperatorFiles } from '../image/operator-files';
import { until } from '../../tools/toolchain/until';
import { ensureNode } from '../../tools/toolchain/node-program';
import type { ApiPlace } from './api-place';

/** This checkout's operator as a process beside an API server. */
export interface OperatorBeside {
  readonly pid: number;
}

const READY_MS = 60_000;

/**
 * What node makes of a container's limit of 512 Mi, which our manifests and Pepr's have: half of it for the heap, and the least there is for what is new (read from
 * v8.getHeapStatistics() in such a cgroup). On a machine with more memory it would not bother to collect garbage.
 */
const AS_IN_CONTAINER = ['--max-old-space-size=256', '--max-semi-space-size=1'];

/** Runs the operator for the work: the files of its image, under the image's node, looking after all namespaces. It is ready when the work begins. */
export async function besideOperator<T>(place: ApiPlace, work: (operator: OperatorBeside) => Promise<T>): Promise<T> {
  const app = join(place.folder, 'app');
  await writeOperatorFiles(await operatorFiles(), app);
  const health = await reservePort();
  const log = join(place.folder, 'operator.log');
  const child = start(await ensureNode(), app, { ...place, health, log });
  try {
    if (!(await until(() => isReady(health), READY_MS)))
      throw new Error(
        `the operator was not ready within ${READY_MS / 1000} s: ${readFileSync(log, 'utf8').slice(-2000)}`,
      );
    return await work({ pid: child.pid ?? 0 });
  } finally {
    await end(child);
  }
}

interface Start extends ApiPlace {
  readonly health: number;
  readonly log: string;
}

/** Nothing calls its webhooks here. */
function start(node: string, app: string, { kubeconfig, namespace, health, log }: Start): ChildProcess {
  const file = openSync(log, 'a');
  const flags = ['--feature-gates=ClusterScoped=true', '--webhooks=false', `--health-port=${health}`];
  const preload = ['--require', join(app, 'drain.cjs')];
  const child = spawn(node, [...AS_IN_CONTAINER, ...preload, join(app, 'nats-operator.cjs'), ...flags], {
    env: {
      ...process.env,
      KUBECONFIG: kubeconfig,
      NODE_ENV: 'production',
      POD_NAME: 'bench',
      POD_NAMESPACE: namespace,
    },
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  return child;
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  } catch {
    return false;
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}
