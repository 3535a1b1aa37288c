import { rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/toolchain/command';
import { clusterOfKubeconfig, type ClusterAccess } from './cluster-access';

/** A cluster of the user's own. `close` removes what reaching it leaves on the machine. */
export interface OwnContext {
  readonly access: ClusterAccess;
  readonly close: () => Promise<void>;
}

/**
 * The cluster of that context in the user's kubeconfig, through a kubeconfig of this context alone, so that no program can mistake the cluster.
 * Throws where there is no such context.
 */
export async function openContext(context: string): Promise<OwnContext> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-context-'));
  const close = () => rm(folder, { recursive: true, force: true });
  // A Ctrl-C leaves no time for more, and credentials are not to stay behind.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  try {
    const kubeconfig = join(folder, 'kubeconfig');
    const text = await run('kubectl', ['config', 'view', '--minify', '--flatten', '--raw', '--context', context]);
    await writeFile(kubeconfig, text, { mode: 0o600 });
    return { access: clusterOfKubeconfig(kubeconfig), close };
  } catch (error) {
    await close();
    throw error;
  }
}
