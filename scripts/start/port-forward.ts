import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ClusterAccess } from '../operator/cluster-access';
import type { Endpoints } from './target';

const CLIENT_PORT = 4222;

/** Makes the client ports of pods reachable on this machine, each on a free port of loopback, until `close`. */
export async function forwardPorts(
  cluster: ClusterAccess,
  namespace: string,
  pods: readonly string[],
): Promise<Endpoints> {
  const running: ChildProcess[] = [];
  const close = async () => {
    for (const child of running.filter(({ exitCode }) => exitCode === null)) {
      child.kill();
      await once(child, 'close');
    }
  };
  try {
    const addresses: string[] = [];
    for (const pod of pods) {
      const child = startForward(cluster, namespace, pod);
      running.push(child);
      addresses.push(`nats://127.0.0.1:${await localPort(child, pod)}`);
    }
    return { addresses, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function startForward(cluster: ClusterAccess, namespace: string, pod: string): ChildProcess {
  const { command, args, env } = cluster.invocation('kubectl', [
    'port-forward',
    `--namespace=${namespace}`,
    `pod/${pod}`,
    `:${CLIENT_PORT}`,
  ]);
  return spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
}

/** The port that kubectl says it has taken. */
async function localPort({ stdout }: ChildProcess, pod: string): Promise<number> {
  if (stdout !== null) {
    for await (const line of createInterface({ input: stdout })) {
      const port = /^Forwarding from 127\.0\.0\.1:(\d+) /.exec(line)?.[1];
      if (port !== undefined) return Number(port);
    }
  }
  throw new Error(`kubectl port-forward to ${pod} ended`);
}
