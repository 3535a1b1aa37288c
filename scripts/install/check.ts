import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { generatedFiles, installers } from './files';

/** What nobody generates: written by hand, or of Helm itself. */
const BY_HAND = /\/(_helpers\.tpl|NOTES\.txt|refused-values\.yaml|tests)$/;

/** Fails, naming the files, where deploy/, the chart's templates and the rights in docs/security.md are not what scripts/install generates. */
function main(): void {
  const generated = generatedFiles();
  const isStale = (path: string) => generated.get(path) !== read(path);
  const stale = [...generated.keys(), ...present()].filter(isStale);
  if (stale.length === 0) return;
  console.error(`not what scripts/install generates (npm run manifests does): ${[...new Set(stale)].join(', ')}`);
  process.exitCode = 1;
}

/** The files of the folders that are generated as a whole. */
function present(): string[] {
  const folders = new Set([...installers().keys()].map(dirname));
  const files = [...folders].flatMap(folder => readdirSync(join(projectRoot, folder)).map(name => `${folder}/${name}`));
  return files.filter(file => !BY_HAND.test(file));
}

function read(path: string): string | undefined {
  const file = join(projectRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

main();
