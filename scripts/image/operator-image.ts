import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { step } from '../toolchain/progress';
import type { ImageBuilder } from './image-builder';
import { bundleOptions, drainOptions, launcherOptions } from './operator-bundle';
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
  const { programs, packages } = await bundleOperator();
  const modules = await runtimeModules(packages, await readFile(join(projectRoot, 'package-lock.json'), 'utf8'));
  const tag = digestOf([...Object.values(programs), modules, await readFile(DOCKERFILE, 'utf8'), builder.base]);
  const image = { ref: `localhost/nats-operator:${tag}`, archive: join(WORK, `nats-operator-${tag}.tar`) };
  if (existsSync(image.archive)) return image;
  await step('operator image', () => buildImage(builder, image, programs, modules));
  return image;
}

/** The image's own programs, by the names of their files, and the packages that they require. */
async function bundleOperator(): Promise<{ programs: Record<string, string>; packages: string[] }> {
  const [module, launcher, drain] = await Promise.all([
    build({ ...bundleOptions('operator.cjs'), metafile: true, write: false }),
    build({ ...launcherOptions('nats-operator.cjs'), metafile: true, write: false }),
    build({ ...drainOptions, write: false }),
  ]);
  const programs = {
    'operator.cjs': textOf(module.outputFiles),
    'nats-operator.cjs': textOf(launcher.outputFiles),
    'drain.cjs': textOf(drain.outputFiles),
  };
  const packages = [...requiredPackages(module.metafile), ...requiredPackages(launcher.metafile)];
  return { programs, packages: [...new Set(packages)].sort() };
}

const textOf = (files: readonly OutputFile[]): string => files.map(({ text }) => text).join('');

async function buildImage(
  builder: ImageBuilder,
  image: OperatorImage,
  programs: Readonly<Record<string, string>>,
  modules: string,
): Promise<void> {
  const context = `${image.archive}.context`;
  const partial = `${image.archive}.partial`;
  await removeOthers();
  await mkdir(join(context, 'app'), { recursive: true });
  await cp(modules, context, { recursive: true });
  for (const [name, text] of Object.entries(programs)) await writeFile(join(context, name), text);
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
