import { setTimeout as pause } from 'node:timers/promises';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { startApiServer } from '../api-server';
import { apiServerPrograms } from '../api-server-programs';
import { makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { KubeClient } from '../../../src/runtime/kube-client';
import type { Scope } from '../../../src/runtime/scope';
import { appointedNamespace } from '../../../src/leader-election/appointed-operator';
import { LeaseClient } from '../../../src/leader-election/lease-client';
import { Leadership } from '../../../src/leader-election/leader-election';
import { appointOperator, removeConfigurations } from './webhook-configurations';

const HOME = 'home';
const MINUTE = 60_000;
/** Claims of more namespaces than one page of a list has. */
const MANY = 45;

const POLICY = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'frozen-leases' } };

/** Refuses each change of the Lease in the namespace `a`. */
const FROZEN = [
  {
    ...POLICY,
    kind: 'ValidatingAdmissionPolicy',
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } },
        resourceRules: [
          { apiGroups: ['coordination.k8s.io'], apiVersions: ['v1'], operations: ['UPDATE'], resources: ['leases'] },
        ],
      },
      validations: [{ expression: 'false', message: 'frozen' }],
    },
  },
  {
    ...POLICY,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: 'frozen-leases', validationActions: ['Deny'] },
  },
];

interface LeaseText {
  readonly name?: string;
  readonly namespace: string;
  readonly scope?: string;
  readonly holder?: string | null;
  readonly home?: string;
  readonly renewedAt?: Date;
}

/** A Lease as anybody can write it who may write Leases in that namespace. */
const leaseOf = ({
  name = 'nats-operator',
  namespace,
  scope = 'namespace',
  holder = 'x',
  home,
  renewedAt,
}: LeaseText): object => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: {
    name,
    namespace,
    labels: { 'nats.io/operator-scope': scope },
    annotations: home === undefined ? {} : { 'nats.io/operator-home': home },
  },
  spec: {
    holderIdentity: holder,
    leaseDurationSeconds: 15,
    renewTime: (renewedAt ?? new Date()).toISOString().replace('Z', '000Z'),
  },
});

async function applyLeases(...leases: readonly LeaseText[]): Promise<void> {
  const items = leases.map(leaseOf);
  await kubectl(
    ['apply', '--server-side', '--force-conflicts', '-f', '-'],
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  );
}

// Operators of all namespaces look at the Leases of all: these have an API server to themselves.
describeWithApi('the Leases', () => {
  const running: Leadership[] = [];
  const log: string[] = [];

  const logger = {
    info: (fields: object, message: string) => log.push(`${JSON.stringify(fields)} ${message}`),
    warn: (fields: object, message: string) => log.push(`${JSON.stringify(fields)} ${message}`),
  };

  const begin = (name: string, scope: Scope, namespace = HOME): Leadership => {
    const kube = new KubeClient({ timeout: 3_000 });
    const leadership = new Leadership({
      client: new LeaseClient(kube),
      pod: { name, namespace },
      scope,
      appointed: async () => appointedNamespace(kube),
      log: logger,
    });
    running.push(leadership);
    const ended = leadership.run({
      onPoll: () => undefined,
      onLost: () => log.push(`${name} holds nothing any more`),
      onLeadership: ({ message }) => log.push(`${name}: ${message}`),
    });
    ended.catch((error: unknown) => log.push(`${name} has ended: ${String(error)}`));
    return leadership;
  };

  const end = async (leadership: Leadership): Promise<void> => leadership.stop(async () => Promise.resolve());

  const owned = async (leadership: Leadership, namespace: string, deadline = 15_000): Promise<unknown> =>
    waitFor(() => leadership.has(namespace), { what: `${namespace} to be managed`, deadline, interval: 50 });

  beforeAll(async () => {
    const server = await startApiServer(await apiServerPrograms());
    atEnd(async () => server.stop());
    Object.assign(process.env, { API_TEST_KUBECONFIG: server.kubeconfig, KUBECONFIG: server.kubeconfig });
    await Promise.all([HOME, 'away', 'a', 'b', 'c', 'sec-a', 'sec-b'].map(makeNamespace));
  }, 120_000);

  afterEach(async () => {
    await Promise.all(running.splice(0).map(end));
    await kubectl(['delete', 'leases', '-A', '--field-selector=metadata.name=nats-operator']);
    await removeConfigurations();
    log.length = 0;
  });

  test('of other namespaces keep no operator of all namespaces out, whatever they say', async () => {
    await applyLeases(
      { name: 'a', namespace: 'sec-a', scope: 'cluster' },
      { name: 'b', namespace: 'sec-a', scope: 'cluster' },
      { namespace: 'sec-a', scope: 'cluster', home: HOME },
    );
    const operator = begin('one', undefined);
    await owned(operator, 'default', 5_000);
    expect(operator.has('sec-a')).toBe(true);
  });

  test('of a namespace take that one alone from an operator of all, whose words are not those of whoever wrote it', async () => {
    await applyLeases({ namespace: 'sec-a', holder: 'Your cluster is lost, call me', home: 'a\nb' });
    const operator = begin('one', undefined);
    await owned(operator, 'default', 5_000);
    expect(operator.has('sec-a')).toBe(false);
    expect(operator.other('sec-a')).toBe('the operator in sec-a');
    expect(operator.namespaces()).toEqual(new Map([['sec-a', false]]));
    const said = log.find(line => line.includes('Namespaces are managed by other operators'));
    expect(said).toMatch(/sec-a: the operator in sec-a, until 20\d\d-\S+Z unless it renews its Lease/);
    expect(log.join()).not.toContain('call me');
  });

  test('are all seen, though they come in pages', async () => {
    const names = Array.from({ length: MANY }, (_, index) => `many-${index}`);
    const items = names.map(name => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    await kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await applyLeases(...names.map(namespace => ({ namespace })));
    const operator = begin('one', undefined);
    await owned(operator, 'default', 5_000);
    expect([...operator.namespaces().keys()].sort()).toEqual([...names].sort());
  }, 60_000);

  test('of operators long gone hold nobody up', async () => {
    const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
    await applyLeases(
      { namespace: 'a', renewedAt: ago(11 * MINUTE) },
      { namespace: 'b', holder: null, renewedAt: ago(2 * MINUTE) },
      { namespace: 'c', renewedAt: ago(5 * MINUTE) },
      { namespace: HOME, scope: 'cluster', home: HOME, renewedAt: ago(11 * MINUTE) },
    );
    const operator = begin('one', undefined);
    await owned(operator, 'a', 5_000);
    expect(operator.has('b')).toBe(true);
    expect(operator.has('c')).toBe(false);
  });

  test('taken by a tenant of one namespace cost an operator of two that one alone', async () => {
    const operator = begin('one', ['sec-a', 'sec-b']);
    await Promise.all([owned(operator, 'sec-a'), owned(operator, 'sec-b')]);
    let isOther = true;
    for (let change = 0; change < 8; change += 1) {
      await applyLeases({ namespace: 'sec-a', holder: `eve-${change}`, home: HOME });
      await pause(1_000);
      isOther &&= operator.has('sec-b');
    }
    expect(isOther).toBe(true);
    expect(operator.has('sec-a')).toBe(false);
    expect(log).not.toContain('one holds nothing any more');
    await kubectl(['delete', 'lease', 'nats-operator', '-n', 'sec-a']);
    await owned(operator, 'sec-a');
  }, 60_000);

  test('of namespaces that two operators of one home share are each held by exactly one of them, and it says by which', async () => {
    const [one, two] = [begin('one-0', ['a', 'b']), begin('two-0', ['b', 'c'])];
    const holders = (namespace: string): number => [one, two].filter(each => each.has(namespace)).length;
    await waitFor(() => ['a', 'b', 'c'].every(namespace => holders(namespace) === 1), {
      what: 'each to have one',
      deadline: 15_000,
    });
    const [owner, other, name] = one.has('b') ? [one, two, 'one-0'] : [two, one, 'two-0'];
    expect(other.other('b')).toBe(`the operator in ${HOME} (pod ${name})`);
    expect(owner.other('b')).toBeUndefined();
    expect(log.join('\n')).toContain(`Another operator manages b: the operator in ${HOME} (pod ${name})`);
    running.splice(running.indexOf(owner), 1);
    await end(owner);
    await owned(other, 'b', 5_000);
    expect(other.namespaces()).toEqual(
      new Map(
        other === one
          ? [
              ['a', true],
              ['b', true],
            ]
          : [
              ['b', true],
              ['c', true],
            ],
      ),
    );
  }, 60_000);

  test('of two operators of all namespaces that webhook configuration chooses, which only administrators write', async () => {
    await appointOperator('away');
    const [here, away] = [begin('one', undefined), begin('two', undefined, 'away')];
    await owned(away, 'default', 5_000);
    await waitFor(() => log.some(line => line.includes('references the one in away; standing by')), {
      what: 'the other to say so',
    });
    expect(here.leads()).toBe(false);
    await appointOperator(HOME);
    await waitFor(() => here.has('default') && !away.leads(), { what: 'them to change places', deadline: 15_000 });
  }, 60_000);

  test('that can’t be given up are no reason to keep the others', async () => {
    const operator = begin('one', ['a', 'b']);
    await Promise.all([owned(operator, 'a'), owned(operator, 'b')]);
    const touch = ['annotate', 'lease', 'nats-operator', '-n', 'a', '--overwrite'];
    await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: FROZEN }));
    try {
      await waitFor(async () => (await tryKubectl([...touch, `at=${Date.now()}`])).code !== 0, {
        what: 'it to be frozen',
      });
      running.length = 0;
      await expect(end(operator)).rejects.toThrow('frozen');
      const holder = ['get', 'lease', 'nats-operator', '-n', 'b', '-o', 'jsonpath={.spec.holderIdentity}'];
      expect(await kubectl(holder)).toBe('');
    } finally {
      await kubectl(['delete', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items: FROZEN }));
    }
  }, 60_000);

  test('gate each write by the cluster that is being reconciled', async () => {
    await applyLeases({ namespace: 'sec-a' });
    const operator = begin('one', ['sec-a', 'sec-b']);
    await owned(operator, 'sec-b');
    const mayWrite = async (namespace: string | undefined): Promise<boolean> =>
      operator.during(namespace, async () => Promise.resolve(operator.mayWrite()));
    expect(await mayWrite('sec-b')).toBe(true);
    expect(await mayWrite('sec-a')).toBe(false);
    expect(await mayWrite(undefined)).toBe(true);
  }, 60_000);
});
