import { pepr } from '../../../package.json';
import { objectsOf } from '../../../scripts/install/plain-manifests';
import { namespacedRights, peprRights, rules, wideRights } from '../../../scripts/install/rights';

test('what pepr deploy grants is what the manifests grant for NatsClusters, and what Pepr itself needs', () => {
  expect(pepr.rbac).toEqual(rules([...namespacedRights, ...wideRights, ...peprRights]));
});

const namespaced = [...objectsOf('namespaced', '10-prereqs'), ...objectsOf('namespaced', '20-deployment')];
const clusterWide = [...objectsOf('cluster', '10-prereqs'), ...objectsOf('cluster', '20-deployment')];

test('a namespaced operator has a Role and nothing outside of its namespace', () => {
  expect(namespaced.map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'Deployment',
    'PodDisruptionBudget',
    'NetworkPolicy',
  ]);
  expect(namespaced.filter(({ metadata }) => 'namespace' in metadata)).toEqual([]);
});

test('nothing is granted by a wildcard', () => {
  const granted = [...namespaced, ...clusterWide].map(({ rules: list }) => JSON.stringify(list ?? ''));
  expect(granted.filter(list => list.includes('*'))).toEqual([]);
});

test('no right is added to the roles that Kubernetes gives to users', () => {
  expect(JSON.stringify([...namespaced, ...clusterWide])).not.toContain('aggregate-to');
});

test('no manifest brings a Secret, or whom to trust', () => {
  expect(clusterWide.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  expect(JSON.stringify(clusterWide)).not.toMatch(/caBundle|BEGIN/);
});
