import { join } from 'node:path';
import { waitFor } from '../../cluster/support/wait-for';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl } from '../kubectl';
import { makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { writesOf } from './writers';

const NAMESPACE = 'altered';
const MIRROR = 'mirror.example.com/';
const SERVER = 'object.spec.template.spec.containers[0]';

interface PolicyOptions {
  readonly group: string;
  readonly resource: string;
  /** CEL: which objects. */
  readonly when: string;
  /** CEL: a list of JSON patches. */
  readonly patches: string;
}

/** A policy of the cluster's administrators, with its binding, for the tests' namespace alone. */
function policy(name: string, { group, resource, when, patches }: PolicyOptions): object[] {
  const metadata = { name: `altered-${name}` };
  const rule = { apiGroups: [group], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources: [resource] };
  const apiVersion = 'admissionregistration.k8s.io/v1';
  return [
    {
      apiVersion,
      kind: 'MutatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        reinvocationPolicy: 'Never',
        matchConstraints: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': NAMESPACE } },
          resourceRules: [rule],
        },
        matchConditions: [{ name: 'ours', expression: when }],
        mutations: [{ patchType: 'JSONPatch', jsonPatch: { expression: patches } }],
      },
    },
    { apiVersion, kind: 'MutatingAdmissionPolicyBinding', metadata, spec: { policyName: metadata.name } },
  ];
}

const replace = (path: string, value: string): string => `[JSONPatch{op: "replace", path: "${path}", value: ${value}}]`;

const policies = [
  ...policy('image', {
    group: 'apps',
    resource: 'statefulsets',
    when: `!${SERVER}.image.startsWith("${MIRROR}")`,
    patches: replace('/spec/template/spec/containers/0/image', `"${MIRROR}" + ${SERVER}.image`),
  }),
  ...policy('label', {
    group: '',
    resource: 'secrets',
    when: '"nats_cluster" in object.metadata.?labels.orValue({})',
    patches: replace('/metadata/labels/app', '"other"'),
  }),
  ...policy('port', {
    group: '',
    resource: 'services',
    when: 'true',
    patches: replace('/spec/ports/0/name', '"altered"'),
  }),
  ...policy('budget', {
    group: 'policy',
    resource: 'poddisruptionbudgets',
    when: 'true',
    patches: replace('/spec/maxUnavailable', '2'),
  }),
];

const fields = [
  'metadata.labels.app of Secret/c',
  'spec.ports[6222/TCP].name of Service/c-mgmt',
  'spec.ports[4222/TCP].name of Service/c,',
  'spec.maxUnavailable of PodDisruptionBudget/c',
  'spec.template.spec.containers[nats].image of StatefulSet/c',
  'spec.template.spec.schedulingGroup of StatefulSet/c (dropped)',
];

interface Live {
  readonly metadata: { readonly resourceVersion: string };
  readonly spec: {
    readonly maxUnavailable: number;
    readonly updateStrategy: { readonly rollingUpdate?: { readonly partition?: number } };
    readonly template: {
      readonly spec: {
        readonly automountServiceAccountToken: boolean;
        readonly containers: readonly { readonly image: string }[];
      };
    };
  };
}

const run = async (...args: string[]): Promise<string> => kubectl([...args, '-n', NAMESPACE]);

const get = async (object: string): Promise<Live> => JSON.parse(await run('get', object, '-o', 'json')) as Live;

const imageOf = async (): Promise<string | undefined> =>
  (await get('statefulset/c')).spec.template.spec.containers[0]?.image;

const conditionOf = async (type: string, field: string): Promise<string> =>
  run('get', 'nats/c', '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].${field}}`);

const patchSet = async (template: object): Promise<string> =>
  run('patch', 'statefulset/c', '-p', JSON.stringify({ spec: { template: { spec: template } } }));

/** The reasons and messages of all Events about reverted edits. */
async function reverted(): Promise<string[]> {
  const events = JSON.parse(await run('get', 'events', '-o', 'json')) as {
    items: { reason: string; message: string }[];
  };
  return events.items.filter(({ reason }) => reason === 'DriftCorrected').map(({ message }) => message);
}

describeWithApi('a cluster whose objects admission policies and the API server alter', () => {
  let programs: Programs;
  let operator: Launched;
  let kubeconfig: string;
  let user: string;

  const start = async (): Promise<void> => {
    const pod = { name: 'operator-1', namespace: NAMESPACE };
    operator = await Launched.start(programs, { kubeconfig, pod, flags: [`--namespaces=${NAMESPACE}`] });
    await waitFor(() => operator.isReady(), { what: 'the operator to be ready' });
  };

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(NAMESPACE);
    await kubectl(
      ['apply', '--server-side', '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: policies }),
    );
    programs = await buildPrograms();
    kubeconfig = join(programs.folder, 'kubeconfig');
    user = await makeAccount('operator', [NAMESPACE], kubeconfig);
    await waitFor(async () => (await dryRunBudget()) === 2, { what: 'the policies to hold' });
    await start();
    const metadata = { name: 'c', namespace: NAMESPACE };
    const template = { spec: { schedulingGroup: { podGroupName: 'g' } } };
    const cluster = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata };
    await kubectl(
      ['apply', '-f', '-'],
      JSON.stringify({ ...cluster, spec: { size: 1, version: '2.10.29', template } }),
    );
  }, 180_000);

  afterAll(async () => {
    await operator.end();
    await kubectl(
      ['delete', '-f', '-', '--ignore-not-found'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: policies }),
    );
    await programs.remove();
  });

  test('has a condition that names each field', async () => {
    await waitFor(async () => (await conditionOf('Altered', 'status')) === 'True', { what: 'the condition' });
    const message = await conditionOf('Altered', 'message');
    for (const field of fields) expect(message).toContain(field);
    expect(await reverted()).toEqual([]);
  }, 90_000);

  test('is not written again by what brings a reconcile, until its spec changes, and then its template follows', async () => {
    await waitFor(async () => (await conditionOf('Altered', 'status')) === 'True', { what: 'the condition' });
    await waitFor(async () => (await conditionOf('ConfigApplied', 'reason')) === 'Starting', {
      what: 'all to be written',
    });
    const audit = await Audit.fromNow();
    for (const poke of ['1', '2', '3']) {
      await run('annotate', 'nats/c', `poke=${poke}`, '--overwrite');
      await run(
        'annotate',
        'statefulset/c',
        'service/c',
        'poddisruptionbudget/c',
        'secret/c',
        `poke=${poke}`,
        '--overwrite',
      );
    }
    await run('patch', 'nats/c', '--type=merge', '-p', '{"spec":{"version":"2.14.9"}}');
    await waitFor(async () => (await imageOf()) === `${MIRROR}nats:2.14.9`, { what: 'the new template' });
    const [first = ''] = (await writesOf(audit, [user])).map(({ what }) => what);
    // The version stands in a condition only when the template has been written.
    expect(first).toMatch(/^patch (statefulsets|secrets)/);
  }, 90_000);

  test('rolls: the pod has the new template', async () => {
    const image = ['get', 'pod/c-1', '-o', 'jsonpath={.spec.containers[0].image}'];
    await waitFor(async () => (await run(...image)) === `${MIRROR}nats:2.14.9`, { what: 'the new pod' });
    expect(await reverted()).toEqual([]);
  }, 90_000);

  test('has an edit of another field reverted, in one Event', async () => {
    await patchSet({ automountServiceAccountToken: true });
    await waitFor(async () => !(await get('statefulset/c')).spec.template.spec.automountServiceAccountToken, {
      what: 'the edit to be reverted',
    });
    const message = 'Reverted an external change to spec.template.spec.automountServiceAccountToken of StatefulSet/c';
    await waitFor(async () => (await reverted()).length > 0, { what: 'the Event' });
    expect(await reverted()).toEqual([message]);
  }, 60_000);

  test('has an edit of the very field that a policy rewrites reverted to what the policy makes of ours', async () => {
    await patchSet({ containers: [{ name: 'nats', image: `${MIRROR}other:1` }] });
    await waitFor(async () => (await imageOf()) === `${MIRROR}nats:2.14.9`, { what: 'the edit to be reverted' });
    await waitFor(async () => (await reverted()).length > 1, { what: 'the Event' });
    expect((await reverted()).sort()[1]).toBe(
      'Reverted an external change to spec.template.spec.containers[nats].image of StatefulSet/c',
    );
    // This one the policy itself undoes.
    await run('patch', 'poddisruptionbudget/c', '--type=merge', '-p', '{"spec":{"maxUnavailable":5}}');
    expect((await get('poddisruptionbudget/c')).spec.maxUnavailable).toBe(2);
    expect(await reverted()).toHaveLength(2);
  }, 60_000);

  test('is left as it is by an operator that has just started, with its condition and without an Event', async () => {
    // Those that nobody but the operator writes to: the others have a status.
    const objects = ['service/c', 'service/c-mgmt', 'secret/c'];
    await waitFor(async () => (await conditionOf('Altered', 'status')) === 'True', { what: 'the condition' });
    const versions = async (): Promise<string[]> =>
      Promise.all(objects.map(async object => (await get(object)).metadata.resourceVersion));
    await operator.end('SIGTERM');
    const before = await versions();
    const audit = await Audit.fromNow();
    await start();
    const applied = async (): Promise<string[]> => (await writesOf(audit, [user])).map(({ what }) => what);
    await waitFor(async () => (await applied()).some(what => what.startsWith('patch statefulsets')), {
      what: 'the operator to find out what the API server makes of its apply',
    });
    expect(await versions()).toEqual(before);
    // What has to be written after that comes first, if there is anything.
    await run('patch', 'nats/c', '--type=merge', '-p', '{"spec":{"size":2}}');
    await waitFor(async () => (await run('get', 'statefulset/c', '-o', 'jsonpath={.spec.replicas}')) === '2', {
      what: 'the new size',
    });
    expect((await applied()).filter(what => what.includes(' poddisruptionbudgets '))).toHaveLength(1);
    expect(await reverted()).toHaveLength(2);
  }, 120_000);
});

async function dryRunBudget(): Promise<number> {
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'probe', namespace: NAMESPACE },
    spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'probe' } } },
  };
  const made = await kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], JSON.stringify(budget));
  return (JSON.parse(made) as Live).spec.maxUnavailable;
}
