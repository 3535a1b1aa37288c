import { parseArgs } from 'node:util';
import { buildahBuilder, dockerBuilder } from './image/image-builder';
import { buildProductImages } from './image/product-images';
import { ensureNodeBaseImage } from './toolchain/node-base-image';
import { say } from './toolchain/progress';

/**
 * `npm run image [-- --docker [--base IMAGE]]`: builds the operator's image and those of its sidecars, and prints their names and archives. By buildah, on a base image made here
 * without a registry; or by docker, on a base image that is pulled.
 */
async function main(): Promise<void> {
  const options = { docker: { type: 'boolean', default: false }, base: { type: 'string' } } as const;
  const { docker, base } = parseArgs({ options }).values;
  const builder = docker ? dockerBuilder(base) : buildahBuilder(await ensureNodeBaseImage());
  const { operator, sidecars } = await buildProductImages(builder);
  for (const { ref, archive } of [operator, ...sidecars]) process.stdout.write(`${ref}\n${archive}\n`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
