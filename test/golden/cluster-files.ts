import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Child } from '../../src/nats-cluster/children';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { describeProblem } from '../../src/schema/problem';
import type { SecretContent } from '../../src/kubernetes/secret-content';
import { validateCluster } from '../../src/nats-cluster/validation/validate-cluster';
import { sync } from '../../src/nats-cluster/sync';
import { secretOf } from '../fixtures/secret';

const folder = path.join(__dirname, 'clusters');

/** The manifests of NatsClusters that the golden files are made from, by their name. */
export const clusterFiles: readonly string[] = readdirSync(folder).map(file => path.basename(file, '.yaml'));

/** A NatsCluster and the Secrets that it names. */
export interface Manifest {
  readonly cluster: NatsClusterObject;
  readonly secrets: ReadonlyMap<string, SecretContent>;
}

/** A certificate in a manifest must be valid, whenever the test runs. */
const NOW = new Date('2030-01-01T00:00:00Z');

/** The key that the operator would have made. */
const SYSTEM_USER = {
  publicKey: 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ',
  seed: 'the seed of the operator’s own user',
};

/** The NatsCluster of that manifest, as if the API server had given it a uid, and the Secrets that follow it. */
export function readManifest(name: string): Manifest {
  const text = readFileSync(path.join(folder, `${name}.yaml`), 'utf8');
  const [first, ...others] = parseAllDocuments(text).map(document => document.toJS() as unknown);
  const object = first as NatsClusterObject;
  const secrets = others.map(
    other => other as { metadata: { name: string }; type: string; stringData: Record<string, string> },
  );
  return {
    cluster: {
      ...object,
      metadata: { ...object.metadata, uid: '00000000-0000-0000-0000-000000000001', generation: 1 },
    },
    secrets: new Map(secrets.map(({ metadata, type, stringData }) => [metadata.name, secretOf(stringData, type)])),
  };
}

/** The NatsCluster of that manifest alone. */
export const readCluster = (name: string): NatsClusterObject => readManifest(name).cluster;

/** What the operator applies for a new cluster, in its order. */
export function childrenOf(cluster: NatsClusterObject, secrets: Manifest['secrets'] = new Map()): Child[] {
  const { problems } = validateCluster(cluster);
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  const systemUser = cluster.spec?.jetstream === undefined ? {} : { systemUser: SYSTEM_USER };
  const observed = { cluster, children: [], pods: [], servers: new Map(), secrets, ...systemUser };
  const { actions, status } = sync(observed, NOW);
  if (actions.length === 0) throw new Error(status.reason);
  return actions.flatMap(action => (action.type === 'apply' ? [action.child] : []));
}
