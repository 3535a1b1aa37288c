import { chartTemplates } from './chart-templates';
import { plainManifests } from './plain-manifests';
import { SECURITY_PAGE, securityPage } from './security-page';
import { CHART } from './values';

const FOLDERS = { cluster: 'deploy/cluster-wide', namespaced: 'deploy/namespaced' } as const;

/** Everything that is generated, by its path in the checkout. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([...installers(), [SECURITY_PAGE, securityPage()]]);
}

/** What lies in folders that hold nothing else, but for a few files that are known. */
export function installers(): ReadonlyMap<string, string> {
  return new Map([
    ...within(FOLDERS.cluster, plainManifests('cluster')),
    ...within(FOLDERS.namespaced, plainManifests('namespaced')),
    ...within(`${CHART}/templates`, chartTemplates()),
  ]);
}

function within(folder: string, files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].map(([name, text]) => [`${folder}/${name}`, text]);
}
