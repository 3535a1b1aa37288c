import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { archiveDigest } from './archive-digest';
import { buildahBuilder, dockerBuilder } from './image-builder';
import type { ProductImage } from './product-image';
import { buildProductImages } from './product-images';
import { ensureNodeBaseImage } from '../../tools/toolchain/node-base-image';
import { runMain } from '../../tools/toolchain/run-main';

/**
 * `npm run image [-- --docker [--base IMAGE]]`: builds the operator's image and those of its sidecars, and prints their names, digests, archives and sizes as they
 * are pulled. By buildah, on a base image made here without a registry; or by docker, on a base image that is pulled (`--base NAME@sha256:…` pins it).
 */
async function main(): Promise<void> {
  const options = { docker: { type: 'boolean', default: false }, base: { type: 'string' } } as const;
  const { docker, base } = parseArgs({ options }).values;
  const builder = docker ? dockerBuilder(base) : buildahBuilder(await ensureNodeBaseImage());
  const { operator, sidecars } = await buildProductImages(builder);
  for (const image of [operator, ...sidecars]) process.stdout.write(await described(image));
}

async function described({ ref, archive }: ProductImage): Promise<string> {
  const megabytes = (await stat(archive)).size / 1_000_000;
  return `${ref}\n  ${(await archiveDigest(archive)) ?? 'no digest'}\n  ${archive}\n  ${megabytes.toFixed(1)} MB\n`;
}

runMain(main);
