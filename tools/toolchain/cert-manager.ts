import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadGoModule, ensureGoProgram, type GoProgram } from './go-program';

/** The last release of cert-manager whose Go module still holds its commands and its CRDs; its API is today's, cert-manager.io/v1. */
const certManager: GoProgram = {
  name: 'cert-manager',
  version: '1.11.5',
  module: 'github.com/cert-manager/cert-manager',
  packages: ['cmd/controller'],
  hint: 'about 3 minutes on 2 cores, once',
};

/** The path of cert-manager's controller, built unless the cache has it. */
export async function certManagerController(): Promise<string> {
  return join(await ensureGoProgram(certManager), 'controller');
}

/** The manifests of its CRDs. They are templates of a Helm chart, but for nothing else than labels. */
export async function certManagerCrds(): Promise<readonly string[]> {
  const { Dir: folder } = await downloadGoModule(certManager.module, `v${certManager.version}`);
  const crds = join(folder, 'deploy/crds');
  const files = (await readdir(crds)).filter(file => file.endsWith('.yaml'));
  const texts = await Promise.all(files.map(async file => readFile(join(crds, file), 'utf8')));
  return texts.map(text => text.replaceAll(/^.*\{\{.*$\n/gm, ''));
}
