import type { Invocation } from '../../tools/local-cluster/inside';
import { attempt, run, type CommandOptions, type CommandResult } from '../../tools/toolchain/command';

/** How a program is started so that it finds the cluster: KUBECONFIG set, and inside the cluster's network where that is not the machine's own. */
export interface ClusterAccess {
  readonly invocation: (command: string, args: readonly string[]) => Invocation;
}

/** The cluster that KUBECONFIG names, reached over the network that this process is in already: a cluster of one's own, or tests that run inside the local one. */
export function clusterOfKubeconfig(kubeconfigPath = process.env.KUBECONFIG): ClusterAccess {
  const env = kubeconfigPath === undefined ? {} : { KUBECONFIG: kubeconfigPath };
  return { invocation: (command, args) => ({ command, args, env }) };
}

/** Runs a command that needs the cluster and returns its output; throws with its last words when it fails. */
export async function runFor(
  cluster: ClusterAccess,
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const invocation = cluster.invocation(command, args);
  return run(invocation.command, invocation.args, { ...options, env: { ...invocation.env, ...options.env } });
}

/** Runs kubectl to its end, whatever that is; `input` goes to its standard input. */
export async function tryKubectl(cluster: ClusterAccess, args: readonly string[], input = ''): Promise<CommandResult> {
  const invocation = cluster.invocation('kubectl', args);
  return attempt(invocation.command, invocation.args, { env: invocation.env, input });
}

/** Runs kubectl and returns its output; throws with its last words when it fails. */
export async function kubectl(cluster: ClusterAccess, args: readonly string[], input = ''): Promise<string> {
  return runFor(cluster, 'kubectl', args, { input });
}

/** The object that kubectl names with these arguments; undefined where there is none. The caller says its shape, as the API's documentation has it. */
export async function readObject<T>(cluster: ClusterAccess, args: readonly string[]): Promise<T | undefined> {
  const text = await kubectl(cluster, ['get', ...args, '--ignore-not-found', '-o', 'json']);
  return text.trim() === '' ? undefined : (JSON.parse(text) as T);
}
