import { watch } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';

const FOLDERS = ['capabilities', 'src', 'generated'];
const FILES = ['pepr.ts', 'package.json'];
/** An editor or a checkout writes several files in one go. */
const SETTLE_MS = 50;

/** Calls back soon after the product's source has changed; returns what ends that. esbuild's own watch looks only every two seconds. */
export function watchSource(onChange: () => void): () => void {
  let soon: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(soon);
    soon = setTimeout(onChange, SETTLE_MS);
  };
  const watchers = [
    ...FOLDERS.map(folder => watch(join(projectRoot, folder), { recursive: true }, changed)),
    // By their folder: an editor that replaces a file leaves a watch on the old one behind.
    watch(projectRoot, (_event, name) => {
      if (name !== null && FILES.includes(name)) changed();
    }),
  ];
  return () => {
    clearTimeout(soon);
    for (const watcher of watchers) watcher.close();
  };
}
