import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deployedObjects, type KubernetesObject, objectsIn } from '../../fixtures/manifests';
import { describeWithApi } from '../kubectl';
import { tryHelmChart } from './helm';

const NAMESPACE = 'nats-io';

const FILES = ['00-crds', '10-prereqs', '20-deployment'];

/** What `helm install` applies: the tests of the chart are not among it. */
async function rendered(...options: string[]): Promise<KubernetesObject[]> {
  const { code, stdout, stderr } = await tryHelmChart(['template', 'any'], '-n', NAMESPACE, '--skip-tests', ...options);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return objectsIn(stdout);
}

const byId = (list: readonly KubernetesObject[]) =>
  Object.fromEntries(
    list.map(object => [`${object.kind} ${object.metadata.name}.${object.metadata.namespace ?? ''}`, object]),
  );

const CLUSTER_KINDS = /^(Namespace|CustomResourceDefinition)$/;

/** As `kubectl apply -n` stores it: an account without a namespace is one of the binding's. */
function inNamespace(object: KubernetesObject): KubernetesObject {
  if (CLUSTER_KINDS.test(object.kind)) return object;
  const subjects = (object.subjects as object[] | undefined)?.map(subject => ({ ...subject, namespace: NAMESPACE }));
  const metadata = { ...object.metadata, namespace: NAMESPACE };
  return { ...object, metadata, ...(subjects === undefined ? {} : { subjects }) };
}

describeWithApi('the chart', () => {
  test('is free of what helm lint complains about', async () => {
    const { code, stdout } = await tryHelmChart(['lint', '--strict']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('0 chart(s) failed') as string });
  });

  test('makes the objects of deploy/cluster-wide, but for the namespace, which helm makes', async () => {
    const isRelease = ({ kind, metadata }: KubernetesObject) => kind === 'Namespace' && metadata.name === NAMESPACE;
    const wanted = deployedObjects('cluster-wide', FILES).filter(object => !isRelease(object));
    expect(byId(await rendered())).toEqual(byId(wanted));
  });

  test('makes the objects of deploy/namespaced for the scope namespaced', async () => {
    const wanted = deployedObjects('namespaced', FILES).map(inNamespace);
    expect(byId(await rendered('--set=scope=namespaced'))).toEqual(byId(wanted));
  });

  test('grants a namespaced operator a Role in each namespace that it is told', async () => {
    const all = await rendered('--set=scope=namespaced,namespaces={one,two}');
    const where = (kind: string) =>
      all.filter(object => object.kind === kind).map(({ metadata }) => metadata.namespace);
    expect({ roles: where('Role'), bindings: where('RoleBinding') }).toEqual({
      roles: ['one', 'two'],
      bindings: ['one', 'two'],
    });
    expect(JSON.stringify(all)).toContain('"--namespaces=one,two"');
  });

  test.each(['cluster', 'namespaced'])('grants no rights on ServiceAccounts where none are users: %s', async scope => {
    const all = await rendered(`--set=scope=${scope},serviceAccounts.enabled=false`);
    const rules = all.flatMap(object => (object.rules ?? []) as { resources: string[]; verbs: string[] }[]);
    expect(rules.filter(({ resources }) => resources.some(name => name.startsWith('serviceaccounts')))).toEqual([]);
    expect(rules.filter(({ resources, verbs }) => resources.includes('secrets') && verbs.includes('delete'))).toEqual(
      [],
    );
    expect(JSON.stringify(all)).toContain('{"name":"NATS_OPERATOR_SERVICE_ACCOUNTS","value":"false"}');
    expect(all.filter(({ kind }) => kind.startsWith('ValidatingAdmission'))).toEqual([]);
  });

  test('leaves out the policy for tokens where that is wished', async () => {
    const policies = (list: readonly KubernetesObject[]) =>
      list.filter(({ kind }) => kind.startsWith('ValidatingAdmissionPolicy')).length;
    expect(policies(await rendered())).toBe(2);
    expect(policies(await rendered('--set=serviceAccounts.admissionPolicy=false'))).toBe(0);
  });

  test.each([
    ['replicas=2', true],
    ['webhookClientCA.configMap=authorities', false],
    ['networkPolicy.webhookFrom[0].ipBlock.cidr=10.0.0.0/28', false],
  ])('has `helm test` ask the webhooks where pods may: %s', async (values, isAsked) => {
    const { stdout } = await tryHelmChart(
      ['template', 'any'],
      `--set=${values}`,
      '--show-only=templates/tests/operator-test.yaml',
    );
    expect(objectsIn(stdout)).toHaveLength(1);
    expect(stdout.includes('name: WEBHOOK_CA')).toBe(isAsked);
  });

  test('brings everything that can be chosen to where it belongs', async () => {
    const all = byId(await rendered('-f', join(__dirname, 'every-value.yaml')));
    const wanted = objectsIn(readFileSync(join(__dirname, 'every-value-rendered.yaml'), 'utf8'));
    expect(all).toMatchObject(byId(wanted));
  });

  test.each([
    'image.repository=nats-operator',
    'image.repository=registry.example.com:5000/team/nats-operator',
    'image.repository=localhost/a__b/c.d-e',
    'podLabels.example\\.com/team=A_1.b',
    'certManager.enabled=true,certManager.issuerRef.kind=ClusterIssuer,certManager.issuerRef.name=own',
  ])('takes %s', async values => {
    const { code, stderr } = await tryHelmChart(['template', 'any'], `--set=${values}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each([
    ['scope=everywhere', "at '/scope': value must be one of 'cluster', 'namespaced'"],
    ['replica=3', "additional properties 'replica' not allowed"],
    ['replicas=0', "at '/replicas'"],
    ['image.digest=abc', "at '/image/digest'"],
    ['image.repository=team/nats-operator:0.1.0', "at '/image/repository'"],
    ['image.repository=team//nats-operator', "at '/image/repository'"],
    [`image.repository=team/nats-operator@sha256:${'0'.repeat(64)}`, "at '/image/repository'"],
    ['commonLabels.app\\.kubernetes\\.io/name=mine', "at '/commonLabels/app.kubernetes.io~1name': false schema"],
    ['podLabels.app\\.kubernetes\\.io/version=mine', "at '/podLabels/app.kubernetes.io~1version': false schema"],
    ['podLabels.a/b/c=mine', "at '/podLabels': additional properties 'a/b/c' not allowed"],
    ['podLabels.team=not a label', "at '/podLabels/team'"],
    [
      'podAnnotations.kubectl\\.kubernetes\\.io/default-container=mine',
      "at '/podAnnotations/kubectl.kubernetes.io~1default-container'",
    ],
    [
      'podLabels.team=a,commonLabels.team=b',
      'commonLabels.team: podLabels or podMonitor.labels have the same key; set it once',
    ],
    [
      'certManager.enabled=true,certManager.issuerRef.kind=Issuer',
      "at '/certManager/issuerRef': missing property 'name'",
    ],
    ['certManager.enabled=true,certManager.issuerRef.name=own', "at '/certManager/issuerRef': missing property 'kind'"],
    [
      'certManager.issuerRef.kind=Issuer,certManager.issuerRef.name=own',
      'certManager.issuerRef: no certificate is requested without certManager.enabled: true',
    ],
    ['logLevel=loud', "at '/logLevel': value must be one of 'debug', 'info', 'warn', 'error'"],
    ['networkPolicy.apiServerPorts={https}', "at '/networkPolicy/apiServerPorts/0'"],
    ['namespaces={one}', 'an operator of the scope cluster manages all of them; to manage some, set scope: namespaced'],
    ['scope=namespaced,certManager.enabled=true', 'a namespaced operator has no webhooks'],
    ['healthPort=8081', 'webhookPort, healthPort, webhookHealthPort: the containers of a pod share its ports'],
    ['webhookPort=8080', 'webhookPort, healthPort, webhookHealthPort: the containers of a pod share its ports'],
  ])('refuses %s and says why', async (values, words) => {
    const { code, stderr } = await tryHelmChart(['template', 'any'], `--set=${values}`);
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });
});
