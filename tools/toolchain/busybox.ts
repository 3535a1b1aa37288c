import { readFile } from 'node:fs/promises';
import { run } from './command';
import type { TarEntry } from './tar';

const busybox = '/bin/busybox';

/** A shell and the usual small commands for an image, from Debian's static busybox. */
export async function busyboxEntries(): Promise<TarEntry[]> {
  const applets = (await run(busybox, ['--list'])).trim().split('\n');
  const links = applets.filter(name => name !== 'busybox').map(name => `bin/${name}`);
  return [
    { kind: 'file', path: 'bin/busybox', mode: 0o755, content: await readFile(busybox) },
    ...links.map((path): TarEntry => ({ kind: 'link', path, target: busybox })),
  ];
}
