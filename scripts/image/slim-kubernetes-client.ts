import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** What our programs use of `@kubernetes/client-node` at run time; what Pepr's client uses is found. */
export const usedOfClient = ['KubeConfig'] as const;

const CLIENT = '@kubernetes/client-node';
const FLUENT_CLIENT = 'kubernetes-fluent-client';

/** All that is required from outside of the two packages: by our programs and by Pepr. */
const ENTRIES = [`${FLUENT_CLIENT}/dist/index.js`, `${FLUENT_CLIENT}/dist/fluent/shared-types.js`];

/**
 * Replaces the two packages in a folder of modules, node_modules, by what is used of them. Kubernetes' client for Node is 20 MB of source, nearly all of it
 * for requests that nobody here makes; node keeps the source of all that it has loaded, in every process, and takes half a second to read it.
 * They share what they have in common: two copies would be two registries of kinds.
 */
export async function slimKubernetesClient(modules: string): Promise<void> {
  const used = join(CLIENT, 'dist/used.js');
  await writeFile(join(modules, used), `export { ${usedOfClient.join(', ')} } from './index.js';\n`);
  const outdir = await mkdtemp(join(modules, '.slim-'));
  await build({
    absWorkingDir: modules,
    entryPoints: [...ENTRIES, used],
    outdir,
    outbase: modules,
    chunkNames: `${FLUENT_CLIENT}/dist/chunks/[hash]`,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Kinds are known by the names of their classes.
    keepNames: true,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'eof',
    plugins: [onlyTheClients],
  });
  for (const name of [CLIENT, FLUENT_CLIENT]) {
    await rm(join(modules, name, 'dist'), { recursive: true });
    await cp(join(outdir, name, 'dist'), join(modules, name, 'dist'), { recursive: true });
  }
  await cp(join(modules, used), join(modules, CLIENT, 'dist/index.js'));
  await rm(outdir, { recursive: true });
}

const isOneOfThem = (path: string): boolean => [CLIENT, FLUENT_CLIENT].some(name => path.startsWith(name));

/** Leaves all other packages where they are, and lets files of Kubernetes' client go of which nothing is used: none does anything when it is loaded. */
const onlyTheClients: Plugin = {
  name: 'only-the-clients',
  setup(bundling) {
    bundling.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === onlyTheClients) return undefined;
      if (!path.startsWith('.') && !isOneOfThem(path)) return { path, external: true };
      const found = await bundling.resolve(path, { kind, importer, resolveDir, pluginData: onlyTheClients });
      return found.path.includes(`/${CLIENT}/`) ? { ...found, sideEffects: false } : found;
    });
  },
};
