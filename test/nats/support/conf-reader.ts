import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureArtifact } from '../../../tools/toolchain/artifact-cache';
import { run } from '../../../tools/toolchain/command';
import { goEnvironment } from '../../../tools/toolchain/go-program';
import type { NatsVersion } from '../../../tools/toolchain/nats-versions';

/** What NATS' own parser makes of a text. */
export type NatsReading = { readonly value: unknown } | { readonly error: string };

/** Has texts read as nats.conf by the parser of that server version itself, one reading for each. */
export async function readByNats(version: NatsVersion, texts: readonly string[]): Promise<NatsReading[]> {
  const output = await run(await confReader(version), [], { input: JSON.stringify(texts) });
  return JSON.parse(output) as NatsReading[];
}

const source = join(__dirname, 'conf-reader', 'main.go');

/** The path of the program that reads texts with the parser of that server version. */
export async function confReader(version: NatsVersion): Promise<string> {
  const recipe = { version, source: await readFile(source, 'utf8') };
  const folder = await ensureArtifact({ title: `conf-reader ${version}`, recipe, hint: 'about 5 seconds' }, target =>
    build(version, target),
  );
  return join(folder, 'conf-reader');
}

async function build(version: NatsVersion, folder: string): Promise<void> {
  const cwd = await mkdtemp(join(tmpdir(), 'nats-operator-conf-reader-'));
  try {
    await mkdir(folder, { recursive: true });
    await copyFile(source, join(cwd, 'main.go'));
    const lines = ['module conf-reader', 'go 1.26.0', `require github.com/nats-io/nats-server/v2 v${version}`];
    await writeFile(join(cwd, 'go.mod'), `${lines.join('\n')}\n`);
    await run('go', ['build', '-o', join(folder, 'conf-reader'), '.'], { cwd, env: goEnvironment(false) });
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}
