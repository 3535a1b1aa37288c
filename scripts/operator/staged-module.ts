import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';

/** What Pepr builds: the product, and what it needs to be built. */
const PRODUCT = ['pepr.ts', 'capabilities', 'src', 'generated', 'package.json'];

/**
 * Copies the module to a folder of its own, for Pepr's commands to run in, and removes the folder when `work` has ended, with the private key that
 * Pepr leaves in its dist/. In the checkout itself Pepr would lint and write back every TypeScript file of the project, tests and scripts
 * included (peprFormat in its cli/format).
 */
export async function withStagedModule<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const parent = join(projectRoot, '.work');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'module-'));
  try {
    await stage(folder);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function stage(folder: string): Promise<void> {
  await Promise.all(PRODUCT.map(name => cp(join(projectRoot, name), join(folder, name), { recursive: true })));
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  // The checkout's own `npm run check` looks at types and lint, with other settings than Pepr's: it gets next to nothing to look at.
  const compilerOptions = { noEmit: true, noCheck: true, noResolve: true };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['pepr.ts'] }));
  await writeFile(join(folder, 'eslint.config.mjs'), "export default [{ files: ['pepr.ts'] }];\n");
}
