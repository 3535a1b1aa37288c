import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pepr } from '../../../package.json';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { runPepr } from '../../../scripts/operator/run-pepr';
import { withStagedModule } from '../../../scripts/operator/staged-module';
import { type KubernetesObject, objectsIn } from '../../fixtures/manifests';
import { describeWithApi, kubectl } from '../kubectl';

interface Webhooks extends KubernetesObject {
  readonly webhooks: readonly { readonly rules: readonly { readonly apiGroups: readonly string[] }[] }[];
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** `nats.io/natsclusters get`; by which names is left out, for Pepr joins the rules of one kind. */
const rightsOf = ({ apiGroups, resources, verbs }: Rule): string[] =>
  apiGroups.flatMap(group => resources.flatMap(resource => verbs.map(verb => `${group}/${resource} ${verb}`)));

describeWithApi('pepr build', () => {
  let manifest: string;
  let objects: readonly KubernetesObject[];

  const named = <T extends KubernetesObject>(kind: string): T[] =>
    objects.filter(object => object.kind === kind) as T[];

  beforeAll(async () => {
    manifest = await withStagedModule(async folder => {
      await runPepr(clusterOfKubeconfig(), folder, ['build'], 'K8s resource for the module saved');
      return readFile(join(folder, 'dist/pepr-module-nats-operator.yaml'), 'utf8');
    });
    objects = objectsIn(manifest);
  }, 120_000);

  test('makes a watcher, an admission controller and what they need, and the API server takes all of it', async () => {
    const [namespace, ...rest] = manifest.split(/^---$/m).filter(text => text.trim() !== '');
    expect(named('Deployment').map(({ metadata }) => metadata.name)).toEqual([
      'pepr-nats-operator-watcher',
      'pepr-nats-operator',
    ]);
    await kubectl(['apply', '-f', '-'], namespace);
    const taken = await kubectl(['apply', '--server-side', '--dry-run=server', '-f', '-'], rest.join('---'));
    expect(taken.trim().split('\n')).toHaveLength(objects.length - 1);
  });

  test('lists the rights that the module names, and no more but for the store of Pepr itself', () => {
    const [role] = named<KubernetesObject & { readonly rules: readonly Rule[] }>('ClusterRole');
    const ofModule = (rules: readonly Rule[]): string[] =>
      [...new Set(rules.flatMap(rightsOf))].filter(right => !/^pepr\.dev\/|customresourcedef/.test(right)).sort();
    expect(ofModule(role?.rules ?? [])).toEqual(ofModule(pepr.rbac));
  });

  test('asks for admission of our own kinds alone', () => {
    const groups = ['Mutating', 'Validating'].flatMap(kind =>
      named<Webhooks>(`${kind}WebhookConfiguration`).flatMap(({ webhooks }) =>
        webhooks.flatMap(({ rules }) => rules.flatMap(({ apiGroups }) => apiGroups)),
      ),
    );
    expect(new Set(groups)).toEqual(new Set(['nats.io']));
  });
});
