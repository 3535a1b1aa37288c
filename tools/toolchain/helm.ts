import { join } from 'node:path';
import { ensureGoProgram, type GoProgram } from './go-program';

const version = '4.3.1';

/** Without the version variable charts would see v4.0.0-…, and `kubeVersion` of a chart would be compared with that of the library. */
const helm: GoProgram = {
  name: 'helm',
  version,
  module: 'helm.sh/helm/v4',
  packages: ['cmd/helm'],
  variables: [`helm.sh/helm/v4/internal/version.version=v${version}`],
  hint: 'about 2 minutes',
};

/** The path of Helm's command, built unless the cache has it. */
export async function helmCommand(): Promise<string> {
  return join(await ensureGoProgram(helm), 'helm');
}
