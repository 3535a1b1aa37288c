import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { CHART_CRDS, generatedChartFiles } from './chart';
import { MANIFEST_FOLDERS, renderManifests } from './manifests';
import { SECURITY_PAGE, securityPage } from './security-page';
import { runMain } from '../../tools/toolchain/run-main';

/** Fails, naming the files, where generated files of the chart, the manifests or the rights in docs/security.md are not up to date. */
async function main(): Promise<void> {
  const generated = new Map([...generatedChartFiles(), ...(await renderManifests()), [SECURITY_PAGE, securityPage()]]);
  const files = new Set([...generated.keys(), ...presentFiles()]);
  const stale = [...files].filter(file => generated.get(file) !== read(file));
  if (stale.length > 0) throw new Error(`not up to date, run \`npm run manifests\`: ${stale.join(', ')}`);
}

/** The files of the folders that have generated files only. */
function presentFiles(): string[] {
  return [...MANIFEST_FOLDERS, CHART_CRDS].flatMap(folder =>
    readdirSync(join(projectRoot, folder)).map(name => `${folder}/${name}`),
  );
}

function read(file: string): string | undefined {
  const path = join(projectRoot, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

runMain(main);
