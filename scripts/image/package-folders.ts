import type { Metafile } from 'esbuild';

/**
 * The folders of the npm packages that these files belong to, sorted; paths relative to the checkout, as `node_modules/a/node_modules/@b/c`.
 */
export function packageFolders(files: Iterable<string>): string[] {
  const folders = [...files].map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]);
  return [...new Set(folders.filter(folder => folder !== undefined))].sort();
}

/** Those of what a bundle is made of. */
export function bundledPackages({ inputs }: Metafile): string[] {
  return packageFolders(Object.keys(inputs));
}
