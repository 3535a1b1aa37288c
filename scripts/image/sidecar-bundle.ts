import type { BuildOptions } from 'esbuild';
import { projectRoot } from './project-root';
import type { Sidecar } from './sidecars';

/** How esbuild makes the one file of a sidecar, a program that needs node and nothing else. */
export function sidecarBundle({ name }: Sidecar, outfile: string): BuildOptions {
  return {
    absWorkingDir: projectRoot,
    entryPoints: [`src/sidecars/${name}/main.ts`],
    outfile,
    bundle: true,
    banner: { js: '#!/usr/local/bin/node' },
    format: 'cjs',
    minify: true,
    platform: 'node',
    target: 'node20',
  };
}
