import { readFile } from 'node:fs/promises';
import { busyboxEntries } from './busybox';
import { run } from './command';
import { ensureImage, type ImageArchive } from './image-artifact';
import { ensureNode, ensureNodeLicense, nodeVersion } from './node-program';
import type { TarEntry } from './tar';

const recipe = 2;
const operatorUser = 65532;
const certificates = '/etc/ssl/certs/ca-certificates.crt';

/**
 * A base image for programs that run under node, made without a registry: node with the libraries that it needs, from this machine, a
 * shell, certificate authorities, and the user 65532, whose /app is. `buildah … --build-arg BASE=oci-archive:<path>` takes it.
 */
export async function ensureNodeBaseImage(): Promise<ImageArchive> {
  const reference = `localhost/node-base:${nodeVersion}`;
  return ensureImage(reference, [recipe, nodeVersion], async () => ({
    entries: [...(await nodeEntries()), ...(await busyboxEntries()), ...(await accounts()), ...folders],
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Entrypoint: ['/usr/local/bin/node'],
      WorkingDir: '/app',
    },
  }));
}

const folders: readonly TarEntry[] = [
  { kind: 'folder', path: 'app/', mode: 0o755, owner: operatorUser },
  { kind: 'folder', path: 'tmp/', mode: 0o1777 },
];

async function nodeEntries(): Promise<TarEntry[]> {
  const binary = await ensureNode();
  const libraries = await Promise.all((await librariesOf(binary)).map(path => fileAt(path.slice(1), path, 0o755)));
  // Where the official image has it.
  const license = await fileAt('usr/local/LICENSE', await ensureNodeLicense(), 0o644);
  return [await fileAt('usr/local/bin/node', binary, 0o755), license, ...libraries];
}

/** The files that the dynamic linker would load, the linker included, by their absolute paths. */
async function librariesOf(binary: string): Promise<string[]> {
  const lines = (await run('ldd', [binary])).split('\n');
  return lines.flatMap(line => /(\/\S+) \(0x/.exec(line)?.[1] ?? []);
}

async function accounts(): Promise<TarEntry[]> {
  const users = `root:x:0:0:root:/root:/bin/sh\nnonroot:x:${operatorUser}:${operatorUser}:nonroot:/app:/bin/sh\n`;
  const groups = `root:x:0:\nnonroot:x:${operatorUser}:\n`;
  return [
    text('etc/passwd', users),
    text('etc/group', groups),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    await fileAt(certificates.slice(1), certificates, 0o644),
  ];
}

async function fileAt(path: string, source: string, mode: number): Promise<TarEntry> {
  return { kind: 'file', path, mode, content: await readFile(source) };
}

function text(path: string, content: string): TarEntry {
  return { kind: 'file', path, mode: 0o644, content: Buffer.from(content) };
}
