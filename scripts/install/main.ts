import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { projectRoot } from '../image/project-root';
import { generatedChartFiles } from './chart';
import { renderManifests } from './manifests';
import { SECURITY_PAGE, securityPage } from './security-page';
import { runMain } from '../../tools/toolchain/run-main';

/** `npm run manifests`: writes the generated files of the chart, the manifests that Helm renders from it, and the rights in docs/security.md. */
async function main(): Promise<void> {
  // First, for Helm reads them.
  write(generatedChartFiles());
  write(await renderManifests());
  write(new Map([[SECURITY_PAGE, securityPage()]]));
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) {
    const path = join(projectRoot, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

runMain(main);
