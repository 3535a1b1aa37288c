import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { childId } from '../../src/nats-cluster/child';
import type { Child } from '../../src/nats-cluster/children';
import type { NatsClusterObject } from '../../src/nats-cluster/spec/resolve-cluster';
import { findAltered } from '../../src/nats-cluster/apply/altered-fields';
import { findDifferences } from '../../src/kubernetes/differences';
import { findDrift, storedFields } from '../../src/nats-cluster/apply/drift';
import { onDelete } from '../../src/nats-cluster/rollout/update-strategy';
import { childrenOf, clusterFiles, readCluster, readManifest, type Manifest } from '../golden/cluster-files';
import { installDefinitions, makeNamespace } from './crd/definitions';
import { describeWithApi, kubectl } from './kubectl';

const namespace = 'quiescence';

const applying = ['apply', '-n', namespace, '--server-side', '--force-conflicts', '-o', 'json', '-f', '-'];

/** Templates with as many kinds of fields as a pod has, in spellings that the API server changes when it stores them. */
const templates = parseAllDocuments(readFileSync('test/api/quiescence-templates.yaml', 'utf8')).map(
  document => document.toJS() as NatsClusterObject,
);

const clusters: [string, Manifest][] = [
  ...clusterFiles.map((name): [string, Manifest] => [name, readManifest(name)]),
  ...templates.map((cluster): [string, Manifest] => [cluster.metadata?.name ?? '', { cluster, secrets: new Map() }]),
];

/** Where 0 stands for the default, which the API server fills in. */
const defaulted = /\.(timeoutSeconds|periodSeconds|successThreshold|failureThreshold)$/;

const container = '/spec/template/spec/containers/0';

/** A field, the kind of child that it is in, and the JSON patch that a person might make. */
const handEdits: [string, Child['kind'], string][] = [
  ['metadata.labels.app', 'Secret', '[{"op":"remove","path":"/metadata/labels/app"}]'],
  ['data.nats.conf', 'Secret', '[{"op":"replace","path":"/data/nats.conf","value":"eA=="}]'],
  ['spec.selector', 'Service', '[{"op":"add","path":"/spec/selector/version","value":"2"}]'],
  ['spec.publishNotReadyAddresses', 'Service', '[{"op":"remove","path":"/spec/publishNotReadyAddresses"}]'],
  ['spec.maxUnavailable', 'PodDisruptionBudget', '[{"op":"replace","path":"/spec/maxUnavailable","value":2}]'],
  ['spec.replicas', 'StatefulSet', '[{"op":"replace","path":"/spec/replicas","value":1}]'],
  [
    'spec.template.spec.containers[nats].image',
    'StatefulSet',
    `[{"op":"replace","path":"${container}/image","value":"x"}]`,
  ],
  [
    'spec.template.spec.containers[nats].env[POD_NAMESPACE]',
    'StatefulSet',
    `[{"op":"remove","path":"${container}/env/1"}]`,
  ],
  [
    'spec.template.spec.automountServiceAccountToken',
    'StatefulSet',
    '[{"op":"remove","path":"/spec/template/spec/automountServiceAccountToken"}]',
  ],
];

describeWithApi('children that a real API server holds', () => {
  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(namespace);
  }, 60_000);

  test.each(clusters)(
    '%s: what was applied is as wanted, and nothing counts as altered but a 0 for which a default stands',
    async (_name, { cluster, secrets }) => {
      const stored = await asStored(cluster);
      for (const child of childrenOf(stored, secrets)) {
        const live = await apply(child);
        const altered = findAltered(child, findDifferences(child, live)).map(({ path }) => path);
        expect({ [childId(child)]: altered.filter(path => !defaulted.test(path)) }).toEqual({ [childId(child)]: [] });
      }
    },
  );

  test('applying the same once more changes nothing', async () => {
    for (const child of childrenOf(await asStored(readCluster('pod-and-template')))) {
      const { generation } = (await apply(child)).metadata;
      expect((await apply(child)).metadata.generation).toBe(generation);
    }
  });

  test.each(handEdits)('%s of ours, changed by hand, is drift and is put back', async (field, kind, patch) => {
    const child = childrenOf(await asStored(readCluster('minimal'))).find(each => each.kind === kind);
    if (child === undefined) throw new Error(`no ${kind}`);
    const stored = storedFields(child, await apply(child));
    const { name } = child.metadata;
    const edited = await kubectl(['-n', namespace, 'patch', kind, name, '-o', 'json', '--type=json', '-p', patch]);
    expect(findDrift(child, JSON.parse(edited), stored)).toBe(field);
    expect(findDrift(child, await apply(child), stored)).toBeUndefined();
  });

  test('a write that was decided from an old picture of the object is refused', async () => {
    const [secret] = childrenOf(await asStored(readCluster('old-server')));
    if (secret?.kind !== 'Secret') throw new Error('no Secret');
    const { resourceVersion } = (await apply(secret)).metadata;
    await apply({ ...secret, data: { ...secret.data, newer: 'eA==' } });
    const old = { ...secret, metadata: { ...secret.metadata, resourceVersion } } as Child;
    await expect(apply(old)).rejects.toThrow(/Conflict|has been modified/);
  });

  test('OnDelete takes the place of a partition, even of one that somebody else has set to our value', async () => {
    const set = childrenOf(await asStored(readCluster('minimal'))).find(each => each.kind === 'StatefulSet');
    if (set?.kind !== 'StatefulSet') throw new Error('no StatefulSet');
    await apply(set);
    const patch = JSON.stringify({ spec: { updateStrategy: { rollingUpdate: { partition: 3 } } } });
    await kubectl(['-n', namespace, 'patch', 'StatefulSet', set.metadata.name, '-p', patch]);
    await apply({ ...set, spec: { ...set.spec, updateStrategy: onDelete } } as Child);
    const live = await apply(set);
    expect(findDrift(set, live)).toBeUndefined();
  });
});

/** The cluster as the API server holds it. It has to be there, or the garbage collector takes its children. */
async function asStored(cluster: NatsClusterObject): Promise<NatsClusterObject> {
  const { name, annotations = {} } = cluster.metadata ?? {};
  const metadata = { name, annotations };
  const object = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec: cluster.spec };
  return JSON.parse(await kubectl(applying, JSON.stringify(object))) as NatsClusterObject;
}

async function apply(child: Child): Promise<Child> {
  return JSON.parse(await kubectl([...applying, '--field-manager=nats-operator'], JSON.stringify(child))) as Child;
}
