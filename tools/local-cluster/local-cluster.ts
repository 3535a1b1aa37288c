import { join } from 'node:path';
import { run, type CommandOptions } from '../toolchain/command';
import { topologyOf } from './cluster-node';
import { auditLogPath } from './control-plane';
import { ensureEquipment } from './equipment';
import { insideInvocation, outsidePrefix } from './inside';
import { adminKubeconfigPath } from './kubeconfig';
import { instanceHere } from './lifecycle';
import { nodeCount } from './start';

/** The running local cluster of this checkout. */
export interface LocalCluster {
  readonly name: string;
  readonly nodeNames: readonly string[];
  readonly kubeconfigPath: string;
  /** Every request that the API server answered, one JSON object a line, without bodies. */
  readonly auditLogPath: string;
  /** Runs a command in the cluster's network, with its DNS and KUBECONFIG; returns what it wrote, throws when it fails. */
  readonly exec: (command: string, args: readonly string[], options?: CommandOptions) => Promise<string>;
  readonly kubectl: (...args: string[]) => Promise<string>;
  /** Loads an OCI archive into every node. */
  readonly loadImage: (archive: string) => Promise<void>;
  /** Stops everything that runs; the state stays. */
  readonly stop: () => Promise<void>;
}

const main = join(__dirname, 'main.ts');

/**
 * The local cluster with at least that many nodes (as many as it has, when not said), started, repaired or as it runs. Works outside the
 * cluster's network as well as inside, where `npm run cluster -- run` puts the tests.
 */
export async function openCluster({ nodes = 0 }: { readonly nodes?: number } = {}): Promise<LocalCluster> {
  await clusterCommand('up', '--nodes', String(nodes));
  const instance = instanceHere();
  const { programs } = await ensureEquipment();
  const topology = topologyOf(instance, nodeCount(instance));
  const exec = (command: string, args: readonly string[], options: CommandOptions = {}) => {
    const { env, ...invocation } = insideInvocation(instance, programs, command, args);
    return run(invocation.command, invocation.args, { ...options, env: { ...env, ...options.env } });
  };
  return {
    name: instance.name,
    nodeNames: topology.nodes.map(({ name }) => name),
    kubeconfigPath: adminKubeconfigPath(instance),
    auditLogPath: auditLogPath(topology.first),
    exec,
    kubectl: (...args) => exec('kubectl', args),
    loadImage: async archive => clusterCommand('load', archive),
    stop: () => clusterCommand('down'),
  };
}

/** Namespaces and mounts that are made inside would end with us: such work is given to a process of its own, outside. */
async function clusterCommand(...args: string[]): Promise<void> {
  const [command = process.execPath, ...rest] = [
    ...outsidePrefix(),
    process.execPath,
    require.resolve('tsx/cli'),
    main,
    ...args,
  ];
  await run(command, rest);
}
