import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { step } from '../toolchain/progress';
import type { ImageBuilder } from './image-builder';
import { bundleOptions, drainOptions } from './operator-bundle';
import { projectRoot } from './project-root';
import { requiredPackages, runtimeModules } from './runtime-modules';

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
  const { code, drain, packages } = await bundleOperator();
  const modules = await runtimeModules(packages, await readFile(join(projectRoot, 'package-lock.json'), 'utf8'));
  const tag = digestOf([code, drain, modules, await readFile(DOCKERFILE, 'utf8'), builder.base]);
  const image = { ref: `localhost/nats-operator:${tag}`, archive: join(WORK, `nats-operator-${tag}.tar`) };
  if (existsSync(image.archive)) return image;
  await step('operator image', () => buildImage(builder, image, { code, drain, modules }));
  return image;
}

async function bundleOperator(): Promise<{ code: string; drain: string; packages: string[] }> {
  const { outputFiles, metafile } = await build({ ...bundleOptions('operator.cjs'), metafile: true, write: false });
  const preload = await build({ ...drainOptions, write: false });
  return { code: textOf(outputFiles), drain: textOf(preload.outputFiles), packages: requiredPackages(metafile) };
}

const textOf = (files: readonly OutputFile[]): string => files.map(({ text }) => text).join('');

async function buildImage(
  builder: ImageBuilder,
  image: OperatorImage,
  content: { code: string; drain: string; modules: string },
): Promise<void> {
  const context = `${image.archive}.context`;
  const partial = `${image.archive}.partial`;
  await removeOthers();
  await mkdir(join(context, 'app'), { recursive: true });
  await cp(content.modules, context, { recursive: true });
  await writeFile(join(context, 'operator.cjs'), content.code);
  await writeFile(join(context, 'drain.cjs'), content.drain);
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
