import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Instance } from './instance';

const cniResults = '/var/lib/cni/results';
const containerLogs = '/var/log/containers';

/** Removes what the instance's containers have left in folders that all clusters of a machine share and that no setting moves. */
export async function removeLeftovers(instance: Instance): Promise<void> {
  const nodesNetwork = new RegExp(`^${instance.name}-\\d+-`);
  const results = namesIn(cniResults).filter(name => nodesNetwork.test(name));
  const links = namesIn(containerLogs).filter(name =>
    linkTarget(join(containerLogs, name)).startsWith(`${instance.stateFolder}/`),
  );
  const leftovers = [...results.map(name => join(cniResults, name)), ...links.map(name => join(containerLogs, name))];
  await Promise.all(leftovers.map(path => rm(path, { force: true })));
}

/** containerd keeps all shims' sockets in /run/containerd/s, whosever they are; each container's bundle says which is its own. */
export async function removeShimSockets(instance: Instance): Promise<void> {
  const bundleFolders = foldersIn(instance.runFolder).map(node =>
    join(node, 'containerd', 'io.containerd.runtime.v2.task', 'k8s.io'),
  );
  for (const bundle of bundleFolders.flatMap(foldersIn)) {
    const file = join(bundle, 'bootstrap.json');
    const bootstrap = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const socket = /\/run\/containerd\/s\/[0-9a-f]+/.exec(bootstrap)?.[0];
    if (socket !== undefined) await rm(socket, { force: true });
  }
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter(entry => entry.isDirectory()).map(entry => join(folder, entry.name));
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

/** Empty when it is no link. */
function linkTarget(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
