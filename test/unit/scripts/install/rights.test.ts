import { pepr } from '../../../../package.json';
import { namespacedRights, peprRights, rules, wideRights } from '../../../../scripts/install/rights';
import { deployedObjects } from '../../../fixtures/manifests';

test('what pepr deploy grants is what the manifests grant for NatsClusters, and what Pepr itself needs', () => {
  expect(pepr.rbac).toEqual(rules([...namespacedRights, ...wideRights, ...peprRights]));
});

const namespaced = deployedObjects('namespaced', ['10-prereqs', '20-deployment']);
const clusterWide = deployedObjects('cluster-wide', ['10-prereqs', '20-deployment']);

test('a namespaced operator has a Role and nothing outside of its namespace', () => {
  expect(namespaced.map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'Role',
    'RoleBinding',
    'NetworkPolicy',
    'PodDisruptionBudget',
    'Deployment',
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
