import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type OutputFile } from 'esbuild';
import { bundleOptions, drainOptions, launcherOptions } from './operator-bundle';
import { bundledPackages } from './package-folders';
import { projectRoot } from './project-root';
import { requiredPackages, runtimeModules } from './runtime-modules';

/** What the operator's image consists of, beside its base. */
export interface OperatorFiles {
  /** Its own programs, by the names of their files. */
  readonly programs: Readonly<Record<string, string>>;
  /** A folder with the node_modules that they require. */
  readonly modules: string;
  /** The folders of all npm packages in either, within the checkout. */
  readonly packages: readonly string[];
}

export async function operatorFiles(): Promise<OperatorFiles> {
  const [module, launcher, drain] = await Promise.all([
    build({ ...bundleOptions('operator.cjs'), metafile: true, write: false }),
    build({ ...launcherOptions('nats-operator.cjs'), metafile: true, write: false }),
    build({ ...drainOptions, metafile: true, write: false }),
  ]);
  const programs = {
    'operator.cjs': textOf(module.outputFiles),
    'nats-operator.cjs': textOf(launcher.outputFiles),
    'drain.cjs': textOf(drain.outputFiles),
  };
  const metafiles = [module, launcher, drain].map(({ metafile }) => metafile);
  const required = [...new Set(metafiles.flatMap(requiredPackages))].sort();
  const modules = await runtimeModules(required, await readFile(join(projectRoot, 'package-lock.json'), 'utf8'));
  const packages = [...new Set([...metafiles.flatMap(bundledPackages), ...modules.packages])].sort();
  return { programs, modules: modules.folder, packages };
}

/** Puts them side by side into a folder, as they are in the image's /app. */
export async function writeOperatorFiles({ programs, modules }: OperatorFiles, folder: string): Promise<void> {
  await cp(modules, folder, { recursive: true });
  for (const [name, text] of Object.entries(programs)) await writeFile(join(folder, name), text);
}

const textOf = (files: readonly OutputFile[]): string => files.map(({ text }) => text).join('');
