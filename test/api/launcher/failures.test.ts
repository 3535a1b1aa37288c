import { join } from 'node:path';
import { ApiError, classifyError } from '../../../src/runtime/api-error';
import { KubeClient } from '../../../src/runtime/kube-client';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl } from '../kubectl';
import { makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { applyCluster, waitForChildren } from './nats-clusters';

const HOME = 'failing';

/** A webhook of somebody else whose service is away, for StatefulSets of one namespace. */
const brokenWebhook = {
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind: 'ValidatingWebhookConfiguration',
  metadata: { name: 'failing-check' },
  webhooks: [
    {
      name: 'check.example.com',
      clientConfig: { service: { name: 'nobody', namespace: HOME } },
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': HOME } },
      rules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['*'], resources: ['statefulsets'] }],
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
    },
  ],
};

const reconciling = async (name: string): Promise<string> =>
  kubectl([
    ...['get', 'natscluster', name, '-n', HOME, '-o'],
    'jsonpath={range .status.conditions[?(@.type=="Reconciling")]}{.status} {.reason}: {.message}{end}',
  ]);

const eventsOf = async (name: string): Promise<string> =>
  kubectl([
    'get',
    'events',
    '-n',
    HOME,
    '--field-selector',
    `involvedObject.name=${name}`,
    '-o',
    'jsonpath={.items[*].reason}',
  ]);

describeWithApi('an operator', () => {
  let programs: Programs;
  let operator: Launched;

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(HOME);
    programs = await buildPrograms();
    const kubeconfig = join(programs.folder, 'kubeconfig');
    await makeAccount('operator', [HOME], kubeconfig);
    operator = await Launched.start(programs, {
      kubeconfig,
      pod: { name: 'operator', namespace: HOME },
      flags: [`--namespaces=${HOME}`, '--webhooks=false'],
    });
    await waitFor(() => operator.isReady(), { what: 'the operator to be ready', deadline: 180_000 });
  }, 240_000);

  test('says of a new NatsCluster that a webhook of somebody else is away, and takes that back when it is gone', async () => {
    atEnd(async () => kubectl(['delete', 'validatingwebhookconfiguration', 'failing-check', '--ignore-not-found']));
    await kubectl(['apply', '-f', '-'], JSON.stringify(brokenWebhook));
    await applyCluster('hindered', HOME);
    const reported = await waitFor(
      async () => (await reconciling('hindered')).includes('Error') && reconciling('hindered'),
      { what: 'a condition', deadline: 90_000 },
    );
    expect(reported).toMatch(/^True ReconcileError: .*the admission webhook check\.example\.com of another component/);
    expect(await eventsOf('hindered')).toContain('ReconcileError');
    await kubectl(['delete', 'validatingwebhookconfiguration', 'failing-check']);
    await waitForChildren('hindered', HOME, 90_000);
    await waitFor(async () => !(await reconciling('hindered')).includes('ReconcileError'), {
      what: 'it to be withdrawn',
    });
    await waitFor(async () => (await eventsOf('hindered')).includes('ReconcileRecovered'), {
      what: 'an Event of that',
    });
  }, 240_000);

  test('takes a field that this version of Kubernetes does not know for one that a person has to remove', async () => {
    process.env.KUBECONFIG = process.env.API_TEST_KUBECONFIG;
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: HOME }, unheard: 'of' };
    const error = await new KubeClient()
      .apply(`/api/v1/namespaces/${HOME}/secrets/s`, secret)
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(classifyError(error)).toMatchObject({ kind: 'rejected', isInvalid: true });
    expect(String(error)).toContain('unheard');
  });
});
