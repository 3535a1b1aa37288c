import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../image/project-root';

/*
 * What stays when an operator goes, because all NatsClusters would go with it, or because others may use it too. Texts as they were
 * written, with their comments.
 */

/** The CRDs of NatsClusters and NatsServiceRoles. */
export const definitions = (): readonly string[] =>
  ['natsclusters', 'natsserviceroles'].map(name => read(`crds/${name}.yaml`));

/** Pepr's store, that a cluster-wide operator needs: a namespace and a CRD. */
export const peprStore = (): readonly string[] => read('scripts/operator/pepr-store.yaml').split(/^---\n/m);

function read(file: string): string {
  return readFileSync(join(projectRoot, file), 'utf8');
}
