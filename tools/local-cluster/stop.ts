import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { run } from '../toolchain/command';
import { removeCgroups } from './cgroups';
import { kubeletFolderOutside, type Instance } from './instance';
import { unmountBelow } from './mounts';
import { end, kill, ownProcesses } from './processes';
import { removeShimSockets, removeLeftovers } from './leftovers';

const netnsFolder = '/run/netns';

/**
 * Stops all of the instance that runs: daemons, containers and their shims; then removes their cgroups, mounts, network namespaces and
 * sockets. Finds it all by the instance's name, so it does not matter how far an earlier start or stop came. The state stays.
 */
export async function stopInstance(instance: Instance): Promise<void> {
  await end(ownProcesses(instance).filter(({ daemon }) => daemon));
  // What containerd started (shims, runc) carries the marker too, and what it started in turn is in the cgroups.
  await kill(ownProcesses(instance).map(({ pid }) => pid));
  await removeCgroups(instance);
  await removeShimSockets(instance);
  await unmountBelow([instance.runFolder, instance.stateFolder, instance.kubeletFolder]);
  for (const netns of namespaces(instance)) await run('ip', ['netns', 'delete', netns]);
  await removeLeftovers(instance);
  await rm(instance.runFolder, { recursive: true, force: true });
}

/** Stops the instance and removes its state. Caches of built programs and images stay. */
export async function cleanInstance(instance: Instance): Promise<void> {
  await stopInstance(instance);
  await rm(instance.stateFolder, { recursive: true, force: true });
  await rm(kubeletFolderOutside(instance.name), { recursive: true, force: true });
}

/** The network namespaces that exist: of the nodes, and of the wires between them. */
function namespaces(instance: Instance): string[] {
  const names = existsSync(netnsFolder) ? readdirSync(netnsFolder) : [];
  return names.filter(
    name => name.startsWith(`${instance.name}-`) && /^\d+$/.test(name.slice(instance.name.length + 1)),
  );
}
