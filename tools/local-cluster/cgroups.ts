import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterNode } from './cluster-node';
import type { Instance } from './instance';
import { mounts } from './mounts';
import { kill } from './processes';
import { until } from '../toolchain/until';

const deadlineMs = 10_000;

/** The cgroup under which a node's kubelet puts the pods, in every hierarchy of the machine (version 1, 2 and hybrid). */
export function ensureCgroups(node: ClusterNode): void {
  for (const { root, version } of hierarchies()) {
    const parts = node.cgroup.split('/');
    parts.forEach((_, depth) => {
      const folder = join(root, ...parts.slice(0, depth + 1));
      mkdirSync(folder, { recursive: true });
      if (version === 1) inheritCpuset(folder);
      else delegateControllers(folder);
    });
  }
}

/** Kills every process in the instance's cgroups, which is every process of every container, and removes the cgroups. */
export async function removeCgroups(instance: Instance): Promise<void> {
  const roots = hierarchies().map(({ root }) => join(root, instance.name));
  const removed = async () => {
    const folders = roots.filter(root => existsSync(root)).flatMap(withDescendants);
    await kill(folders.flatMap(processesIn));
    return folders.reverse().every(removeFolder);
  };
  if (await until(removed, deadlineMs)) return;
  throw new Error(`processes in ${roots.filter(root => existsSync(root)).join(', ')} cannot be killed`);
}

/** Kills every process of every container of a node; the cgroups stay, as the node does. */
export async function killContainers({ cgroup }: ClusterNode): Promise<void> {
  const folders = hierarchies()
    .map(({ root }) => join(root, cgroup))
    .filter(root => existsSync(root))
    .flatMap(withDescendants);
  await kill(folders.flatMap(processesIn));
}

interface Hierarchy {
  readonly root: string;
  readonly version: 1 | 2;
}

function hierarchies(): Hierarchy[] {
  return mounts().flatMap(({ path, type }): Hierarchy[] => {
    if (type === 'cgroup') return [{ root: path, version: 1 }];
    return type === 'cgroup2' ? [{ root: path, version: 2 }] : [];
  });
}

/** A version 1 cpuset starts empty and takes no process until it has been given CPUs and memory nodes (cpuset(7)). */
function inheritCpuset(folder: string): void {
  for (const name of ['cpuset.cpus', 'cpuset.mems']) {
    const file = join(folder, name);
    if (!existsSync(file) || readFileSync(file, 'utf8').trim() !== '') continue;
    writeFileSync(file, readFileSync(join(folder, '..', name)));
  }
}

/** In version 2 a child has only the controllers that its parent hands down. */
function delegateControllers(folder: string): void {
  const parent = join(folder, '..');
  const controllers = readFileSync(join(parent, 'cgroup.controllers'), 'utf8').trim();
  if (controllers === '') return;
  const wanted = controllers.split(' ').map(controller => `+${controller}`);
  writeFileSync(join(parent, 'cgroup.subtree_control'), wanted.join(' '));
}

function withDescendants(folder: string): string[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return [folder, ...children.flatMap(child => withDescendants(join(folder, child.name)))];
}

function processesIn(folder: string): number[] {
  try {
    const lines = readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n');
    return lines.filter(line => line !== '' && line !== '0').map(Number);
  } catch {
    return [];
  }
}

function removeFolder(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch {
    return !existsSync(folder);
  }
}
