import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { applyManifests, deleteManifests } from '../../../scripts/operator/manifests';
import { localTarget } from '../../../scripts/start/local-target';
import { chart, helm } from '../support/helm';
import { kubectl, tryKubectl } from '../support/kubectl';
import { applyCluster, waitUntilSettled } from '../support/nats-cluster';
import { testNamespace, type TestNamespace } from '../support/test-namespace';
import { expectUntouched } from '../support/untouched';

const access = clusterOfKubeconfig();
let helms: TestNamespace;
let kubectls: TestNamespace;

beforeAll(async () => {
  const image = await (await localTarget()).provideImage();
  [helms, kubectls] = await Promise.all([testNamespace('helms'), testNamespace('kubectls')]);
  const values = ['scope=namespaced', 'crds.install=false', 'replicas=1', ...imageValues(image)].join(',');
  const install = ['install', 'nats-operator', chart, '-n', helms.name, `--set=${values}`, '--wait', '--timeout=2m'];
  await Promise.all([
    helm(...install),
    applyManifests(access, 'namespaced', image, kubectls.name),
    ...[helms, kubectls].map(async ({ name }) => applyCluster(name, 'c', { size: 1 })),
  ]);
}, 240_000);

afterAll(async () => Promise.all([helms.remove(), kubectls.remove()]), 120_000);

const imageValues = (image: string): string[] => {
  const [, repository = '', tag = ''] = /^(.*):([^:]*)$/.exec(image) ?? [];
  return [`image.repository=${repository}`, `image.tag=${tag}`];
};

const account = ({ name }: TestNamespace): string => `system:serviceaccount:${name}:nats-operator`;

test('an operator by helm and one by kubectl, each in its namespace, make their NatsClusters ready', async () => {
  await Promise.all([helms, kubectls].map(async ({ name }) => waitUntilSettled(name, 'c', 1, 120_000)));
  await helm('test', 'nats-operator', '-n', helms.name, '--timeout=1m');
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

test('uninstalled, they leave the servers running', async () => {
  const before = await Promise.all([helms, kubectls].map(async ({ name }) => waitUntilSettled(name, 'c', 1)));
  await Promise.all([
    helm('uninstall', 'nats-operator', '-n', helms.name, '--wait', '--timeout=1m'),
    deleteManifests(access, 'namespaced', kubectls.name),
  ]);
  for (const pods of before) await expectUntouched(pods);
}, 120_000);
