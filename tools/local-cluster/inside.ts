import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nodeOf } from './cluster-node';
import type { Instance } from './instance';
import { adminKubeconfigPath } from './kubeconfig';
import type { ProgramPaths } from './program-paths';

/** The variable that tells a process inside which process is outside, so that it can have things done there. */
const outsideVariable = 'NATS_OPERATOR_OUTSIDE_PID';

/** A command, its arguments and the variables that it needs. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The invocation that runs a command in the cluster's network, beside the pods: it reaches pods and services by address, and by name
 * because /etc/resolv.conf is the cluster's for it. Mounts that it makes stay its own; those of the machine reach it.
 */
export function insideInvocation(
  instance: Instance,
  programs: ProgramPaths,
  command: string,
  args: readonly string[],
): Invocation {
  const script = 'mount --bind "$0" /etc/resolv.conf && exec "$@"';
  const entry = [`--net=${nodeOf(instance, 1).netnsPath}`, 'unshare', '--mount', '--propagation', 'slave'];
  return {
    command: 'nsenter',
    args: [...entry, 'sh', '-c', script, resolvConfPath(instance), command, ...args],
    env: {
      KUBECONFIG: adminKubeconfigPath(instance),
      PATH: `${programs.searchPath}:${process.env.PATH ?? ''}`,
      [outsideVariable]: process.env[outsideVariable] ?? String(process.pid),
    },
  };
}

/** What to put before a command so that it runs outside the cluster's namespaces; nothing when we are outside. */
export function outsidePrefix(): readonly string[] {
  const pid = process.env[outsideVariable];
  if (pid === undefined) return [];
  if (!existsSync(`/proc/${pid}/ns/mnt`)) throw new Error('the process that entered the cluster for us has ended');
  return ['nsenter', `--mount=/proc/${pid}/ns/mnt`, `--net=/proc/${pid}/ns/net`, 'env', '-u', outsideVariable];
}

/** The resolv.conf for processes inside. */
export function resolvConfPath(instance: Instance): string {
  return join(instance.stateFolder, 'resolv.conf');
}
