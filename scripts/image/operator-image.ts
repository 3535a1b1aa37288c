import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { step } from '../toolchain/progress';
import type { ImageBuilder } from './image-builder';
import { operatorFiles, writeOperatorFiles, type OperatorFiles } from './operator-files';
import { projectRoot } from './project-root';

/** An image by its name and as an OCI archive, ready to be loaded into nodes that have no registry. */
export interface OperatorImage {
  readonly ref: string;
  readonly archive: string;
}

const DOCKERFILE = join(projectRoot, 'docker/operator/Dockerfile');
const WORK = join(projectRoot, '.work/image');

/**
 * Builds the operator's image from this checkout. Its tag is the digest of everything that goes into it, so that changed source is
 * another image, which Kubernetes rolls out, and unchanged source costs the bundling alone (under a second).
 */
export async function buildOperatorImage(builder: ImageBuilder): Promise<OperatorImage> {
  const files = await operatorFiles();
  const parts = [...Object.values(files.programs), files.modules];
  const tag = digestOf([...parts, await readFile(DOCKERFILE, 'utf8'), builder.base]);
  const image = { ref: `localhost/nats-operator:${tag}`, archive: join(WORK, `nats-operator-${tag}.tar`) };
  if (existsSync(image.archive)) return image;
  await step('operator image', () => buildImage(builder, image, files));
  return image;
}

async function buildImage(builder: ImageBuilder, image: OperatorImage, files: OperatorFiles): Promise<void> {
  const context = `${image.archive}.context`;
  const partial = `${image.archive}.partial`;
  await removeOthers();
  await mkdir(join(context, 'app'), { recursive: true });
  await writeOperatorFiles(files, context);
  await builder.build({ dockerfile: DOCKERFILE, context, ref: image.ref, archive: partial });
  await rm(context, { recursive: true });
  await rename(partial, image.archive);
}

/** What earlier sources and interrupted builds left: one image is enough to keep. */
async function removeOthers(): Promise<void> {
  await mkdir(WORK, { recursive: true });
  const leftovers = (await readdir(WORK)).filter(name => name.startsWith('nats-operator-'));
  await Promise.all(leftovers.map(name => rm(join(WORK, name), { recursive: true })));
}

function digestOf(parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest('hex').slice(0, 16);
}
