import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { generatedFiles } from './files';

/** What nobody generates: written by hand, or of Helm itself. */
const BY_HAND = /\/(_helpers\.tpl|NOTES\.txt|refused-values\.yaml|tests)$/;

/** Fails, naming the files, where deploy/ and the chart's templates are not what scripts/install generates. */
function main(): void {
  const generated = generatedFiles();
  const isStale = (path: string) => generated.get(path) !== read(path);
  const stale = [...generated.keys(), ...present(generated)].filter(isStale);
  if (stale.length === 0) return;
  console.error(`not what scripts/install generates (npm run manifests does): ${[...new Set(stale)].join(', ')}`);
  process.exitCode = 1;
}

/** The files of the folders that are generated into. */
function present(generated: ReadonlyMap<string, string>): string[] {
  const folders = new Set([...generated.keys()].map(dirname));
  const files = [...folders].flatMap(folder => readdirSync(join(projectRoot, folder)).map(name => `${folder}/${name}`));
  return files.filter(file => !BY_HAND.test(file));
}

function read(path: string): string | undefined {
  const file = join(projectRoot, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

main();
