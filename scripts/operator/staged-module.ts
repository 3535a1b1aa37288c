import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';

/** What Pepr builds: the product, and what it needs to be built. */
const PRODUCT = ['pepr.ts', 'capabilities', 'src', 'generated', 'package.json'];

/**
 * Copies the module to a folder of its own and returns that folder, for Pepr's commands to run in. In the checkout itself they would
 * lint, check and write back every TypeScript file of the project, tests and scripts included (peprFormat in pepr's cli/format), and leave
 * a private key in dist/.
 */
export async function stageModule(): Promise<string> {
  const folder = join(projectRoot, '.work/module');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await Promise.all(PRODUCT.map(name => cp(join(projectRoot, name), join(folder, name), { recursive: true })));
  await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: join(projectRoot, 'tsconfig.json'), include: ['pepr.ts'], exclude: [] }),
  );
  // Pepr's linting is not ours: one small file is given to it.
  await writeFile(join(folder, 'eslint.config.mjs'), "export default [{ files: ['pepr.ts'] }];\n");
  return folder;
}
