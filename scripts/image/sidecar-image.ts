import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { step } from '../toolchain/progress';
import type { ImageBuilder } from './image-builder';
import type { OperatorImage } from './operator-image';
import { projectRoot } from './project-root';
import { sidecarBundle } from './sidecar-bundle';
import { sidecars, type Sidecar } from './sidecars';

const WORK = join(projectRoot, '.work/image');

/** Builds the images of all sidecars from this checkout; one whose source is unchanged costs the bundling alone. */
export async function buildSidecarImages(builder: ImageBuilder): Promise<OperatorImage[]> {
  const images: OperatorImage[] = [];
  for (const sidecar of sidecars) images.push(await ensureImage(builder, sidecar));
  return images;
}

async function ensureImage(builder: ImageBuilder, sidecar: Sidecar): Promise<OperatorImage> {
  const { name, program, image: ref } = sidecar;
  const { outputFiles } = await build({ ...sidecarBundle(sidecar, program), write: false });
  const code = outputFiles.map(file => file.text).join('');
  const parts = [code, await readFile(dockerfileOf(sidecar), 'utf8'), builder.base];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  const image = { ref: `docker.io/library/${ref}`, archive: join(WORK, `${name}-${digest}.tar`) };
  if (!existsSync(image.archive)) await step(`${name} image`, () => buildImage(builder, sidecar, image, code));
  return image;
}

async function buildImage(
  builder: ImageBuilder,
  sidecar: Sidecar,
  { ref, archive }: OperatorImage,
  code: string,
): Promise<void> {
  const context = `${archive}.context`;
  const partial = `${archive}.partial`;
  await removeOthers(sidecar);
  await mkdir(context, { recursive: true });
  await writeFile(join(context, sidecar.program), code, { mode: 0o755 });
  await builder.build({ dockerfile: dockerfileOf(sidecar), context, ref, archive: partial });
  await rm(context, { recursive: true });
  await rename(partial, archive);
}

const dockerfileOf = ({ name }: Sidecar): string => join(projectRoot, 'docker', name, 'Dockerfile');

/** What earlier sources and interrupted builds left: one image is enough to keep. */
async function removeOthers({ name }: Sidecar): Promise<void> {
  await mkdir(WORK, { recursive: true });
  const leftovers = (await readdir(WORK)).filter(file => file.startsWith(`${name}-`));
  await Promise.all(leftovers.map(file => rm(join(WORK, file), { recursive: true })));
}
