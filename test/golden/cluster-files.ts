import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import type { Child } from '../../src/model/child';
import type { NatsClusterObject } from '../../src/model/cluster-model';
import { describeProblem } from '../../src/model/problem';
import { validateCluster } from '../../src/model/validation/validate-cluster';
import { sync } from '../../src/sync';

const folder = path.join(__dirname, 'clusters');

/** The manifests of NatsClusters that the golden files are made from, by their name. */
export const clusterFiles: readonly string[] = readdirSync(folder).map(file => path.basename(file, '.yaml'));

/** The NatsCluster of that manifest, as if the API server had given it a uid. */
export function readCluster(name: string): NatsClusterObject {
  const object = parse(readFileSync(path.join(folder, `${name}.yaml`), 'utf8')) as NatsClusterObject;
  return { ...object, metadata: { ...object.metadata, uid: '00000000-0000-0000-0000-000000000001', generation: 1 } };
}

/** What the operator applies for a new cluster, in its order. */
export function childrenOf(cluster: NatsClusterObject): Child[] {
  const { problems } = validateCluster(cluster);
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  const { actions } = sync({ cluster, children: [], pods: [], servers: new Map() }, new Date(0));
  return actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));
}
