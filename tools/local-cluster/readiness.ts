import { attempt } from '../toolchain/command';
import type { Topology } from './cluster-node';
import { insideInvocation } from './inside';
import type { Instance } from './instance';
import type { ProgramPaths } from './program-paths';
import { storageClasses } from './volumes';

/** Whether the API server answers that it is ready. */
export async function apiServerReady(instance: Instance, programs: ProgramPaths): Promise<boolean> {
  return (await kubectl(instance, programs, ['get', '--raw', '/readyz'])) !== undefined;
}

/** Whether the cluster's DNS knows the API server's service and kube-proxy leads there. */
export async function servicesReady(instance: Instance, programs: ProgramPaths): Promise<boolean> {
  const server = '--server=https://kubernetes.default.svc.cluster.local';
  return (await kubectl(instance, programs, [server, 'get', '--raw', '/readyz'])) !== undefined;
}

/**
 * Whether every node is ready and what pods and claims need is there: the default service account, without which no pod is admitted, and
 * the StorageClasses. `since` holds, by node name, when its kubelet was started: a heartbeat from before is of its predecessor.
 */
export async function nodesReady(
  { instance, nodes }: Topology,
  programs: ProgramPaths,
  since: ReadonlyMap<string, Date>,
): Promise<boolean> {
  const args = ['get', 'nodes,serviceaccounts,storageclasses', '--namespace=default', '--output=json'];
  const answer = await kubectl(instance, programs, args);
  if (answer === undefined) return false;
  const { items } = JSON.parse(answer) as ObjectList;
  const isThere = (kind: string, name: string) => items.some(item => item.kind === kind && item.metadata.name === name);
  const needed = isThere('ServiceAccount', 'default') && storageClasses.every(name => isThere('StorageClass', name));
  return needed && nodes.every(({ name }) => nodeReady(items, name, since.get(name)));
}

interface ObjectList {
  readonly items: readonly ListedObject[];
}

interface ListedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly lastHeartbeatTime: string;
    }[];
  };
}

function nodeReady(items: readonly ListedObject[], name: string, since: Date | undefined): boolean {
  const node = items.find(({ kind, metadata }) => kind === 'Node' && metadata.name === name);
  const ready = node?.status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'True') return false;
  // Heartbeats are written in whole seconds.
  return since === undefined || Date.parse(ready.lastHeartbeatTime) >= since.getTime() - 1000;
}

async function kubectl(
  instance: Instance,
  programs: ProgramPaths,
  args: readonly string[],
): Promise<string | undefined> {
  const options = ['--request-timeout=2s', ...args];
  const invocation = insideInvocation(instance, programs, programs.byName('kubectl'), options);
  const { code, stdout } = await attempt(invocation.command, invocation.args, { env: invocation.env, timeoutMs: 5000 });
  return code === 0 ? stdout : undefined;
}
