import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../toolchain/command';
import { ensureImage, type ImageArchive } from '../toolchain/image-artifact';

const source = join(__dirname, 'pause.c');

/** The image of every pod's sandbox. */
export async function ensurePauseImage(reference: string): Promise<ImageArchive> {
  return ensureImage(reference, await readFile(source, 'utf8'), async () => ({
    entries: [{ kind: 'file', path: 'pause', mode: 0o755, content: await compile() }],
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
  }));
}

async function compile(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-pause-'));
  try {
    const binary = join(folder, 'pause');
    await run('gcc', ['-Os', '-static', '-s', '-o', binary, source]);
    return await readFile(binary);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
