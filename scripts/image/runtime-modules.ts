import { cp, readFile, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, relative, sep } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';
import type { Metafile } from 'esbuild';
import { ensureArtifact } from '../../tools/toolchain/artifact-cache';
import { packageFolders } from './package-folders';
import { projectRoot } from './project-root';
import { slimKubernetesClient } from './slim-kubernetes-client';

/** To be raised when this makes something else of the same packages. */
const RECIPE = 3;

/** The program that `pepr deploy` starts in the container: it unpacks the module and forks it. */
const PEPR_ENTRY = 'pepr/dist/controller.js';

/** The packages that a bundle requires at run time. */
export function requiredPackages({ outputs }: Metafile): string[] {
  const imports = Object.values(outputs).flatMap(output => output.imports);
  const packages = imports.filter(one => one.external === true && !isNodes(one.path)).map(one => one.path);
  return [...new Set(packages)].sort();
}

/** Node 20 does not know every module of its successors, as node:sqlite, which undici asks for where there is one. */
function isNodes(path: string): boolean {
  return path.startsWith('node:') || isBuiltin(path);
}

/** What node never reads: maps, types, documents. */
const NOT_RUN = /\.(map|md|markdown|flow|[cm]?ts)$/;

/** What is required at run time. */
export interface RuntimeModules {
  /** With node_modules in it, and nothing else. */
  readonly folder: string;
  /** The folders of the packages, within the checkout. */
  readonly packages: readonly string[];
}

const LIST = 'packages.json';

/**
 * A folder with the node_modules that these packages and Pepr's entry program load: 15 MB, where a production install would bring
 * Pepr's eslint and TypeScript along (200 MB). `lock` is package-lock.json's content; the same packages of the same lock are traced once.
 */
export async function runtimeModules(required: readonly string[], lock: string): Promise<RuntimeModules> {
  const recipe = [RECIPE, required, lock, NOT_RUN.source];
  const place = await ensureArtifact({ title: 'operator runtime modules', recipe }, async folder => {
    const packages = await collectModules(required, join(folder, 'content'));
    await writeFile(join(folder, LIST), JSON.stringify(packages));
  });
  return {
    folder: join(place, 'content'),
    packages: JSON.parse(await readFile(join(place, LIST), 'utf8')) as string[],
  };
}

/**
 * Copies the packages whose files a trace finds, and returns their folders. Whole packages, for a trace can miss a file: which branch of a package's exports is
 * taken depends on the version of node that asks.
 */
export async function collectModules(required: readonly string[], folder: string): Promise<string[]> {
  const files = [...required, PEPR_ENTRY].map(entry => require.resolve(entry, { paths: [projectRoot] }));
  const { fileList } = await nodeFileTrace(files, { base: projectRoot });
  const packages = packageFolders(fileList);
  for (const name of packages) await copyPackage(name, folder);
  await slimKubernetesClient(join(folder, 'node_modules'));
  return packages;
}

/** Without the packages nested in it: those that are needed are in the list themselves. */
async function copyPackage(name: string, folder: string): Promise<void> {
  const source = join(projectRoot, name);
  const wanted = (file: string) => !NOT_RUN.test(file) && !relative(source, file).split(sep).includes('node_modules');
  await cp(source, join(folder, name), { recursive: true, filter: wanted });
}
