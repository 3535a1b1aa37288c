import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { run } from '../../tools/toolchain/command';
import { runMain } from '../../tools/toolchain/run-main';

const folders = ['crds', 'generated'];
const documents = ['docs/reference.md', 'package.json'];

/** Generates everything anew; fails, naming the files, where they are not what they were. They are up to date then, and wait to be committed. */
async function main(): Promise<void> {
  const names = await Promise.all(
    folders.map(async folder => (await readdir(join(projectRoot, folder))).map(name => join(folder, name))),
  );
  const files = [...names.flat(), ...documents];
  const before = files.map(read);
  await run(process.execPath, [require.resolve('tsx/cli'), join(__dirname, 'main.ts')]);
  const stale = files.filter((file, index) => read(file) !== before[index]);
  if (stale.length > 0) throw new Error(`were not what codegen writes, and are regenerated now: ${stale.join(', ')}`);
}

function read(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}

runMain(main);
