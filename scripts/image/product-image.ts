import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version } from '../../package.json';
import { run } from '../../tools/toolchain/command';
import { step } from '../../tools/toolchain/progress';
import type { ImageBuilder } from './image-builder';
import { licenses } from './licenses';
import { projectRoot } from './project-root';
import { revisionOf } from './revision';
import { sbom } from './sbom';

/** An image by its name and as an OCI archive, ready to be loaded into nodes that have no registry. */
export interface ProductImage {
  readonly ref: string;
  readonly archive: string;
}

/** What an image is made of. */
export interface ImageContent {
  readonly name: string;
  /** Its Dockerfile, within the checkout. */
  readonly dockerfile: string;
  /** What it is made from, within the checkout: whose last commit is its revision. */
  readonly sources: readonly string[];
  /** Files of the context, by name. */
  readonly programs: Readonly<Record<string, string>>;
  /** A folder whose content goes into the context as well. */
  readonly folder?: string;
  /** Folders of the npm packages that are in the programs and in the folder. */
  readonly packages: readonly string[];
  /** The image's name; the tag stands for everything that goes into it. */
  readonly ref: (tag: string) => string;
}

const WORK = join(projectRoot, '.work/image');
const SBOM = 'sbom.cdx.json';
const LICENSES = 'licenses.txt';

/**
 * Builds an image unless its archive is there. Everything that goes into it decides the archive's name, so that changed source is another image, and
 * unchanged source costs the bundling alone.
 */
export async function ensureProductImage(
  builder: ImageBuilder,
  content: ImageContent,
  work = WORK,
): Promise<ProductImage> {
  const args = { VERSION: version, REVISION: await revisionOf(content.sources) };
  const files = {
    ...content.programs,
    [SBOM]: await sbom(content.name, content.packages, await builder.nodeVersion()),
    [LICENSES]: await licenses(content.packages),
  };
  const dockerfile = await readFile(join(projectRoot, content.dockerfile), 'utf8');
  const tag = digestOf([files, content.folder, args, dockerfile, builder.base]);
  const image = { ref: content.ref(tag), archive: join(work, `${content.name}-${tag}.tar`) };
  if (existsSync(image.archive)) return image;
  await removeOthers(content.name, work);
  await step(`image ${content.name}`, () => buildImage(builder, image, { ...content, programs: files }, args));
  return image;
}

async function buildImage(
  builder: ImageBuilder,
  image: ProductImage,
  { programs, folder, dockerfile }: ImageContent,
  args: Readonly<Record<string, string>>,
): Promise<void> {
  const context = `${image.archive}.context`;
  const partial = `${image.archive}.partial`;
  await mkdir(join(context, 'empty'), { recursive: true });
  if (folder !== undefined) await cp(folder, context, { recursive: true });
  for (const [name, text] of Object.entries(programs)) await writeFile(join(context, name), text, { mode: 0o755 });
  // Whoever builds may have a umask of their own, and the image is to be the same.
  await run('chmod', ['-R', 'u=rwX,go=rX', context]);
  await builder.build({ dockerfile: join(projectRoot, dockerfile), context, ref: image.ref, archive: partial, args });
  await rm(context, { recursive: true });
  await rename(partial, image.archive);
}

/** What earlier sources and interrupted builds left: one image is enough to keep. */
async function removeOthers(name: string, work: string): Promise<void> {
  await mkdir(work, { recursive: true });
  const leftovers = (await readdir(work)).filter(
    file => file.startsWith(`${name}-`) && /^-[0-9a-f]{16}\./.test(file.slice(name.length)),
  );
  await Promise.all(leftovers.map(file => rm(join(work, file), { recursive: true })));
}

function digestOf(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
