import { join } from 'node:path';
import { waitFor } from '../../cluster/support/wait-for';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { applyCluster, waitForChildren } from './nats-clusters';
import { writesOf } from './writers';

const NAMESPACE = 'adopted';

interface Owned {
  readonly metadata: {
    readonly uid: string;
    readonly annotations?: Record<string, string>;
    readonly ownerReferences?: readonly { kind: string }[];
  };
  readonly data?: Record<string, string>;
}

const get = async (object: string): Promise<Owned> =>
  JSON.parse(await kubectl(['get', object, '-n', NAMESPACE, '-o', 'json'])) as Owned;

const isThere = async (object: string): Promise<boolean> =>
  (await tryKubectl(['get', object, '-n', NAMESPACE])).code === 0;

const reasonOf = async (name: string): Promise<string> =>
  kubectl(['get', `nats/${name}`, '-n', NAMESPACE, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].reason}']);

const waitForReason = async (name: string, reason: string): Promise<unknown> =>
  waitFor(async () => (await reasonOf(name)) === reason, { what: `${name} to be ${reason}` });

const create = async (object: object): Promise<string> =>
  kubectl(['create', '-n', NAMESPACE, '-f', '-'], JSON.stringify(object));

const labels = (name: string) => ({ app: 'nats', nats_cluster: name });

/** What others have, under the name of a NatsCluster that somebody is about to make. */
const foreign: [string, (name: string) => object][] = [
  [
    'secret',
    name => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, labels: labels(name) },
      stringData: { 'nats.conf': '{port: 4222}', other: 'theirs' },
    }),
  ],
  [
    'service',
    name => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, labels: labels(name) },
      spec: { selector: { theirs: 'yes' }, ports: [{ port: 80 }] },
    }),
  ],
  [
    'poddisruptionbudget',
    name => ({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name, labels: labels(name) },
      spec: { minAvailable: 1, selector: { matchLabels: labels(name) } },
    }),
  ],
];

/** The tier's API server lets only those change the owner of an object who may delete it: docs/migration.md. */
async function mayChangeOwners(): Promise<void> {
  const resources = 'services,statefulsets.apps,poddisruptionbudgets.policy';
  await kubectl(['create', 'role', 'take-over', '-n', NAMESPACE, '--verb=delete', `--resource=${resources}`]);
  const account = `--serviceaccount=${NAMESPACE}:operator`;
  await kubectl(['create', 'rolebinding', 'take-over', '-n', NAMESPACE, '--role=take-over', account]);
}

describeWithApi('objects that have the names of a cluster’s children', () => {
  let programs: Programs;
  let operator: Launched;
  let user: string;

  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(NAMESPACE);
    programs = await buildPrograms();
    const kubeconfig = join(programs.folder, 'kubeconfig');
    user = await makeAccount('operator', [NAMESPACE], kubeconfig);
    await mayChangeOwners();
    const pod = { name: 'operator-1', namespace: NAMESPACE };
    operator = await Launched.start(programs, { kubeconfig, pod, flags: [`--namespaces=${NAMESPACE}`] });
    await waitFor(() => operator.isReady(), { what: 'the operator to be ready' });
  }, 120_000);

  afterAll(async () => {
    await operator.end();
    await programs.remove();
  });

  test.each(foreign)(
    'a %s of somebody else, with labels like ours, is neither written nor deleted, and nothing is made beside it',
    async (kind, object) => {
      const name = `foreign-${kind}`;
      await create(object(name));
      const before = await get(`${kind}/${name}`);
      const audit = await Audit.fromNow();
      await applyCluster(name, NAMESPACE);
      await waitForReason(name, 'NameConflict');
      await kubectl(['delete', `nats/${name}`, '-n', NAMESPACE]);
      expect(await get(`${kind}/${name}`)).toEqual(before);
      expect(await isThere(`statefulset/${name}`)).toBe(false);
      const written = (await writesOf(audit, [user])).map(({ what }) => what.split(' ')[1]);
      expect([...new Set(written)].filter(resource => resource !== 'events')).toEqual(['natsclusters']);
    },
    60_000,
  );

  test('one that is handed over is the cluster’s from then on, and goes with it', async () => {
    const [, secret] = foreign[0] ?? [];
    await create(secret?.('handed') ?? {});
    await applyCluster('handed', NAMESPACE);
    await waitForReason('handed', 'NameConflict');
    await kubectl(['annotate', 'secret/handed', '-n', NAMESPACE, 'nats.io/adopt-by=handed']);
    await waitForChildren('handed', NAMESPACE);
    const { metadata, data } = await get('secret/handed');
    expect(metadata.ownerReferences?.map(({ kind }) => kind)).toEqual(['NatsCluster']);
    expect(Object.keys(data ?? {})).toContain('other');
    await kubectl(['delete', 'nats/handed', '-n', NAMESPACE]);
    await waitFor(async () => !(await isThere('secret/handed')), { what: 'the Secret to go with its cluster' });
  }, 90_000);

  test('one that is handed over to a cluster of another name is not taken', async () => {
    const [, secret] = foreign[0] ?? [];
    await create(secret?.('misled') ?? {});
    await kubectl(['annotate', 'secret/misled', '-n', NAMESPACE, 'nats.io/adopt-by=handed']);
    await applyCluster('misled', NAMESPACE);
    await waitForReason('misled', 'NameConflict');
    await kubectl(['delete', 'nats/misled', '-n', NAMESPACE]);
  }, 60_000);

  test('what --cascade=orphan has left is adopted by the next cluster of the name, as it is', async () => {
    const children = ['secret/orphan', 'service/orphan', 'service/orphan-mgmt', 'statefulset/orphan'];
    await applyCluster('orphan', NAMESPACE);
    await waitForChildren('orphan', NAMESPACE);
    await waitFor(async () => isThere('pod/orphan-1'), { what: 'a pod' });
    const before = await Promise.all([...children, 'pod/orphan-1'].map(get));
    await kubectl(['delete', 'nats/orphan', '-n', NAMESPACE, '--cascade=orphan']);
    expect((await get('secret/orphan')).metadata.ownerReferences).toBeUndefined();
    await applyCluster('orphan', NAMESPACE);
    const { uid } = (await get('nats/orphan')).metadata;
    await waitFor(
      async () => {
        const after = await Promise.all(children.map(get));
        return after.every(({ metadata }) => JSON.stringify(metadata.ownerReferences ?? []).includes(uid));
      },
      { what: 'the children to have their new owner' },
    );
    const after = await Promise.all([...children, 'pod/orphan-1'].map(get));
    expect(after.map(({ metadata }) => metadata.uid)).toEqual(before.map(({ metadata }) => metadata.uid));
  }, 90_000);
});
