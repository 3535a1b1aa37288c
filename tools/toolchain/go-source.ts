import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { run } from './command';
import { ensureArtifact } from './artifact-cache';
import { goEnvironment } from './go-program';

/**
 * Builds a Go program of this repository, a folder with its own go.mod and go.sum, unless the cache has it of the same sources. Returns
 * the folder with the binary, which has the name of the program's folder.
 */
export async function ensureGoSource(folder: string, hint: string): Promise<string> {
  const recipe = await goSources(folder);
  return ensureArtifact({ title: basename(folder), recipe, hint }, async target => {
    // Unlike `mod`, which is for modules that are written for one build, `readonly` changes nothing in the repository.
    const args = ['build', '-mod=readonly', '-ldflags', '-s -w', '-o', join(target, basename(folder)), '.'];
    await run('go', args, { cwd: folder, env: goEnvironment(false) });
  });
}

/** By name, each file that decides what is built. */
export async function goSources(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).filter(name => /\.go$|^go\.(mod|sum)$/.test(name)).sort();
  const files = names.map(async name => [name, await readFile(join(folder, name), 'utf8')] as const);
  return Object.fromEntries(await Promise.all(files));
}
