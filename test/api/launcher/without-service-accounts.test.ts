import { join } from 'node:path';
import { namespacedRights, rules } from '../../../scripts/install/rights';
import { waitFor } from '../../cluster/support/wait-for';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl } from '../kubectl';
import { makeAccount } from './account';
import { buildPrograms, Launched } from './launched';
import { waitForChildren } from './nats-clusters';

const HOME = 'without-accounts';

const role = (name: string, finalizers: readonly string[] = []): string =>
  JSON.stringify({
    apiVersion: 'nats.io/v1alpha2',
    kind: 'NatsServiceRole',
    metadata: { name, namespace: HOME, labels: { nats_cluster: 'c' }, finalizers },
    spec: { permissions: { publish: ['a'], subscribe: ['a'] } },
  });

const messageOf = (object: string, type: string): Promise<string> =>
  kubectl(['get', object, '-n', HOME, '-o', `jsonpath={.status.conditions[?(@.type=="${type}")].message}`]);

describeWithApi('an operator without users that are ServiceAccounts, and without the rights that these take', () => {
  let operator: Launched;
  let user: string;
  let audit: Audit;

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(HOME);
    const programs = await buildPrograms();
    const kubeconfig = join(programs.folder, 'kubeconfig');
    const remaining = rules(namespacedRights.filter(({ isForServiceAccounts }) => isForServiceAccounts !== true));
    user = await makeAccount('operator', [HOME], kubeconfig, remaining);
    audit = await Audit.fromNow();
    operator = await Launched.start(programs, {
      kubeconfig,
      pod: { name: 'operator-1', namespace: HOME },
      flags: [`--namespaces=${HOME}`],
      variables: { NATS_OPERATOR_SERVICE_ACCOUNTS: 'false' },
    });
    await waitFor(() => operator.isReady(), { what: 'the operator to be ready' });
  }, 90_000);

  test('makes a NatsCluster all the same, and says in its status that they are turned off', async () => {
    await kubectl(['create', 'serviceaccount', 'orders', '-n', HOME]);
    const spec = { size: 1, version: '2.15.2', auth: { enableServiceAccounts: true } };
    const cluster = {
      apiVersion: 'nats.io/v1alpha2',
      kind: 'NatsCluster',
      metadata: { name: 'c', namespace: HOME },
      spec,
    };
    await kubectl(['create', '-f', '-'], JSON.stringify(cluster));
    await waitForChildren('c', HOME);
    await waitFor(async () => (await messageOf('nats/c', 'SpecValid')).includes('serviceAccounts.enabled: false'), {
      what: 'the status of the NatsCluster',
    });
  });

  test('says so in the status of a NatsServiceRole', async () => {
    await kubectl(['create', '-f', '-'], role('orders'));
    await waitFor(async () => (await messageOf('natsserviceroles/orders', 'Ready')).includes('creates no user'), {
      what: 'the status of the role',
    });
    expect(await kubectl(['get', 'secrets', '-n', HOME, '-o', 'name'])).not.toContain('bound-token');
  });

  test('lets a role go that an operator with these rights has held', async () => {
    await kubectl(['create', '-f', '-'], role('held', ['nats.io/bound-tokens']));
    await kubectl(['delete', 'natsserviceroles/held', '-n', HOME, '--timeout=30s']);
  });

  test('has asked for nothing that it may not do, and for no ServiceAccount', async () => {
    const requests = await audit.of(user);
    expect(requests.filter(({ responseStatus }) => responseStatus?.code === 403)).toEqual([]);
    expect(requests.filter(({ objectRef }) => objectRef?.resource === 'serviceaccounts')).toEqual([]);
    expect(operator.said).not.toMatch(/forbidden/i);
  });
});
