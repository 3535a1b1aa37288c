import type { BuildOptions } from 'esbuild';
import { projectRoot } from './project-root';

/** How esbuild makes the reloader's one file, a program that needs node and nothing else. */
export function reloaderBundle(outfile: string): BuildOptions {
  return {
    absWorkingDir: projectRoot,
    entryPoints: ['src/reloader/main.ts'],
    outfile,
    bundle: true,
    banner: { js: '#!/usr/local/bin/node' },
    format: 'cjs',
    minify: true,
    platform: 'node',
    target: 'node20',
  };
}
