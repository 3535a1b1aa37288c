import { keysOfChild } from '../../../src/nats-cluster/controller/cluster-key';
import { objectKey } from '../../../src/runtime/object-key';
import { childPath } from '../../../src/nats-cluster/controller/cluster-api';
import { childId } from '../../../src/nats-cluster/child';
import { resolveCluster } from '../../../src/nats-cluster/spec/resolve-cluster';
import { noSecrets } from '../../../src/nats-cluster/secrets/secret-facts';
import { childKinds, renderChildren, type ChildrenInput } from '../../../src/nats-cluster/children';
import { clusterRights } from '../../../scripts/install/rights';

const metadata = { name: 'c', namespace: 'n', uid: 'u' };
const systemUser = { publicKey: 'UBRYFM6MRAKBFN337SXO2ATAAHAA3HRQEXTGYIHW47US6B4YKFDCURCQ', seed: 'SU' };
const plain = resolveCluster({ metadata, spec: { size: 3, version: '2.15.2' } }, noSecrets);
const model = resolveCluster(
  { metadata, spec: { size: 3, version: '2.15.2', jetstream: { memoryStorage: { size: '64Mi' } } } },
  { ...noSecrets, systemUserKey: systemUser.publicKey },
);
const input: ChildrenInput = {
  config: { files: {}, isInUse: false, userSources: undefined },
  maxUnavailable: 1,
  statefulSet: {
    replicas: 3,
    updateStrategy: { type: 'RollingUpdate' },
    template: {},
    volumeClaimTemplates: undefined,
  },
  systemUser,
};

const rows = childKinds.flatMap(({ kind, apiVersion, children }) =>
  children.map(({ name, build }) => ({ kind, apiVersion, name: name('c'), built: build(model, input) })),
);

it.each(rows)('builds $kind/$name as its row says', ({ kind, apiVersion, name, built }) => {
  expect(built).toMatchObject({ kind, apiVersion, metadata: { name, namespace: 'n' } });
});

it('applies what pods need before the StatefulSet', () => {
  expect(renderChildren(model, input).map(childId)).toEqual([
    'Secret/c-system-user',
    'Secret/c',
    'Service/c-mgmt',
    'Service/c',
    'PodDisruptionBudget/c',
    'StatefulSet/c',
  ]);
});

it('gives a key to the user of a cluster with JetStream alone', () => {
  expect(renderChildren(plain, input).map(childId)).not.toContain('Secret/c-system-user');
});

it('leaves out what a builder does not want', () => {
  const rest = renderChildren(model, { config: undefined, statefulSet: undefined, maxUnavailable: 1 });
  expect(rest.map(({ kind }) => kind)).toEqual(['Service', 'Service', 'PodDisruptionBudget']);
});

it('finds the cluster of every child, and no cluster of an object whose name is another', () => {
  for (const child of renderChildren(model, input)) expect(keysOfChild(child)).toContain(objectKey('n', 'c'));
  const [secret] = renderChildren(plain, input);
  if (secret === undefined) throw new Error('there are children');
  const other = { ...secret, metadata: { ...secret.metadata, name: 'c-mgmt' } };
  expect(keysOfChild(other)).toEqual([objectKey('n', 'c-mgmt')]);
});

it('finds both clusters that a Service may belong to by its name', () => {
  const service = renderChildren(model, input).find(({ metadata: { name } }) => name === 'c-mgmt');
  if (service === undefined) throw new Error('there is a management Service');
  expect(keysOfChild(service).sort()).toEqual([objectKey('n', 'c'), objectKey('n', 'c-mgmt')]);
});

it.each([
  ['Secret', '/api/v1/namespaces/n/secrets/c'],
  ['Service', '/api/v1/namespaces/n/services/c'],
  ['PodDisruptionBudget', '/apis/policy/v1/namespaces/n/poddisruptionbudgets/c'],
  ['StatefulSet', '/apis/apps/v1/namespaces/n/statefulsets/c'],
] as const)('knows the path of a %s', (kind, path) => {
  expect(childPath(kind, 'n', 'c')).toBe(path);
});

it('asks for the rights of every kind', () => {
  for (const { plural, verbs, why } of childKinds)
    expect(clusterRights).toContainEqual(expect.objectContaining({ resource: plural, verbs, why }));
});
