import type { BuildOptions } from 'esbuild';
import { dependencies } from 'pepr/package.json';
import { projectRoot } from './project-root';

/** How esbuild makes what the image preloads; it requires nothing. */
export const drainOptions: BuildOptions = {
  absWorkingDir: projectRoot,
  entryPoints: ['src/operator/shutdown/drain-connections.ts'],
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
};

/** How esbuild makes the launcher, which loads the module from the file beside it. */
export function launcherOptions(outfile: string): BuildOptions {
  return { ...bundleOptions(outfile), entryPoints: ['src/operator/main.ts'] };
}

/**
 * How esbuild makes one file of the module, as `pepr build` does: what Pepr itself depends on stays outside and is required at run time,
 * or there would be two of its registries of kinds (externalLibs in pepr's cli/build/buildModule.ts).
 */
export function bundleOptions(outfile: string): BuildOptions {
  return {
    absWorkingDir: projectRoot,
    entryPoints: ['pepr.ts'],
    outfile,
    bundle: true,
    external: [...Object.keys(dependencies), 'pepr', '@kubernetes/client-node'],
    format: 'cjs',
    keepNames: true,
    legalComments: 'eof',
    metafile: true,
    platform: 'node',
    target: 'node20',
  };
}
