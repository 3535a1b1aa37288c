import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { applyManifests, deleteManifests } from '../../../scripts/operator/manifests';
import { deployTemporarily } from '../support/temporary-deployment';
import { chart, helm, helmUninstall, imageValues } from '../support/helm';
import { expectNoSecretsLeaked } from '../support/expect-no-secrets-leaked';
import { expectManaged } from '../support/expect-managed';
import { kubectl, tryKubectl } from '../support/kubectl';
import { applyCluster, waitUntilSettled } from '../support/nats-cluster';
import { SecretCollector } from '../support/secret-collector';
import { testNamespace, type TestNamespace } from '../support/test-namespace';
import { waitFor } from '../support/wait-for';

const access = clusterOfKubeconfig();
let helms: TestNamespace;
let kubectls: TestNamespace;

// One operator of all namespaces, and two that each look after their own.
beforeAll(async () => {
  const { image } = await deployTemporarily();
  [helms, kubectls] = await Promise.all([testNamespace('helms'), testNamespace('kubectls')]);
  const values = ['scope=namespaced', 'crds.install=false', 'replicas=1', imageValues(image)].join(',');
  const install = ['install', 'nats-operator', chart, '-n', helms.name, `--set=${values}`, '--wait', '--timeout=2m'];
  await Promise.all([
    helm(...install),
    applyManifests(access, 'namespaced', image, kubectls.name),
    ...[helms, kubectls].map(async ({ name }) => applyCluster(name, 'c', { size: 1 })),
  ]);
}, 240_000);

const account = ({ name }: TestNamespace): string => `system:serviceaccount:${name}:nats-operator`;

test('an operator by helm and one by kubectl, each in its namespace, make their NatsClusters ready', async () => {
  await Promise.all([helms, kubectls].map(async ({ name }) => waitUntilSettled(name, 'c', 1, 120_000)));
  await helm('test', 'nats-operator', '-n', helms.name, '--timeout=1m');
}, 120_000);

test('the operator of all namespaces leaves these to them, and says so', async () => {
  const isTold = async ({ name }: TestNamespace): Promise<boolean> =>
    (await kubectl(['describe', 'nats', 'c', '-n', name])).includes('ManagedElsewhere');
  await Promise.all(
    [helms, kubectls].map(async each => waitFor(async () => isTold(each), { what: `an Event in ${each.name}` })),
  );
}, 120_000);

test('the one has no right in the namespace of the other, and none beyond', async () => {
  const may = async (...question: string[]) => (await tryKubectl(['auth', 'can-i', ...question])).stdout.trim();
  const asOne = `--as=${account(kubectls)}`;
  expect(await may('get', 'secrets', asOne, '-n', kubectls.name)).toBe('yes');
  expect(await may('get', 'secrets', asOne, '-n', helms.name)).toBe('no');
  expect(await may('list', 'natsclusters.nats.io', asOne, '--all-namespaces')).toBe('no');
  const bindings = await kubectl(['get', 'clusterrolebindings', '-o', 'jsonpath={..subjects[*].namespace}']);
  expect(bindings).not.toContain(kubectls.name);
});

test('no key and no token is in their logs, nor in anything else that people may read', async () => {
  for (const { name } of [helms, kubectls]) {
    const log = await kubectl(['logs', '-n', name, '-l', 'app.kubernetes.io/name=nats-operator', '--tail=-1']);
    expect(log).toContain('This pod is the leader');
    await expectNoSecretsLeaked(await new SecretCollector([name]).all(), [name], log);
  }
}, 60_000);

test('uninstalled, they leave the servers running, and the operator of all namespaces takes them back', async () => {
  const before = await Promise.all([helms, kubectls].map(async ({ name }) => waitUntilSettled(name, 'c', 1)));
  await Promise.all([helmUninstall(helms.name), deleteManifests(access, 'namespaced', kubectls.name)]);
  await Promise.all(before.map(async pods => expectManaged(pods, 'c', 'taken-back')));
}, 180_000);
