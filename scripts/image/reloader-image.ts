import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { reloaderImage } from '../../src/model/own-images';
import { step } from '../toolchain/progress';
import type { ImageBuilder } from './image-builder';
import type { OperatorImage } from './operator-image';
import { projectRoot } from './project-root';
import { reloaderBundle } from './reloader-bundle';

const DOCKERFILE = join(projectRoot, 'docker/reloader/Dockerfile');
const WORK = join(projectRoot, '.work/image');
const PROGRAM = 'nats-server-config-reloader';

/**
 * Builds the reloader's image from this checkout, under the name that pods ask for where their NatsCluster names no other. Unchanged source
 * costs the bundling alone.
 */
export async function buildReloaderImage(builder: ImageBuilder): Promise<OperatorImage> {
  const { outputFiles } = await build({ ...reloaderBundle(PROGRAM), write: false });
  const program = outputFiles.map(file => file.text).join('');
  const parts = [program, await readFile(DOCKERFILE, 'utf8'), builder.base];
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
  const image = { ref: `docker.io/library/${reloaderImage({})}`, archive: join(WORK, `reloader-${digest}.tar`) };
  if (!existsSync(image.archive)) await step('reloader image', () => buildImage(builder, image, program));
  return image;
}

async function buildImage(builder: ImageBuilder, { ref, archive }: OperatorImage, program: string): Promise<void> {
  const context = `${archive}.context`;
  const partial = `${archive}.partial`;
  await removeOthers();
  await mkdir(context, { recursive: true });
  await writeFile(join(context, PROGRAM), program, { mode: 0o755 });
  await builder.build({ dockerfile: DOCKERFILE, context, ref, archive: partial });
  await rm(context, { recursive: true });
  await rename(partial, archive);
}

/** What earlier sources and interrupted builds left: one image is enough to keep. */
async function removeOthers(): Promise<void> {
  await mkdir(WORK, { recursive: true });
  const leftovers = (await readdir(WORK)).filter(name => name.startsWith('reloader-'));
  await Promise.all(leftovers.map(name => rm(join(WORK, name), { recursive: true })));
}
