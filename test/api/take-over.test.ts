import { applyChild } from '../../src/nats-cluster/controller/cluster-api';
import { KubeClient } from '../../src/runtime/kube-client';
import { adoptFieldOwnership } from '../../src/nats-cluster/controller/adopt-field-ownership';
import type { Child } from '../../src/nats-cluster/children';
import { makeNamespace } from './crd/definitions';
import { describeWithApi, kubectl } from './kubectl';

const namespace = 'take-over';

const port = (name: string, number: number) => ({ name, port: number, targetPort: number, protocol: 'TCP' });

/** The Service as the Go operator made it, before `gateways` and a label went from the spec. */
const legacy = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: { app: 'nats', team: 'blue' } },
  spec: { selector: { app: 'nats', nats_version: '2.1.9' }, ports: [port('client', 4222), port('gateways', 7222)] },
});

const wanted = (name: string): Child => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace, labels: { app: 'nats' } },
  spec: { type: 'ClusterIP', selector: { app: 'nats' }, ports: [port('tcp-client', 4222)] },
});

interface Service {
  readonly metadata: {
    readonly labels: object;
    readonly annotations?: object;
    readonly resourceVersion: string;
    readonly managedFields: readonly { manager: string; operation: string }[];
  };
  readonly spec: { readonly selector: object; readonly clusterIP: string; readonly ports: readonly { name: string }[] };
}

const stored = async (name: string): Promise<Service> =>
  JSON.parse(
    await kubectl(['get', 'service', name, '-n', namespace, '-o', 'json', '--show-managed-fields']),
  ) as Service;

describeWithApi('an object of the Go operator', () => {
  let kube: KubeClient;

  beforeAll(async () => {
    process.env.KUBECONFIG = process.env.API_TEST_KUBECONFIG;
    kube = new KubeClient();
    await makeNamespace(namespace);
  });

  const makeLegacy = async (name: string): Promise<void> => {
    const args = ['create', '-n', namespace, '--field-manager=nats-operator', '-f', '-'];
    await kubectl(args, JSON.stringify(legacy(name)));
  };

  const applyOver = async (name: string): Promise<Service> => {
    await applyChild(kube, await adoptFieldOwnership(kube, wanted(name)));
    return stored(name);
  };

  test('keeps what is not wanted any more where it is only applied', async () => {
    await makeLegacy('only-applied');
    await applyChild(kube, wanted('only-applied'));
    expect((await stored('only-applied')).spec.ports).toHaveLength(2);
  });

  test('holds only what is wanted once it has been taken over, and its address', async () => {
    await makeLegacy('taken');
    const { clusterIP } = (await stored('taken')).spec;
    const { metadata, spec } = await applyOver('taken');
    expect(spec.ports.map(({ name }) => name)).toEqual(['tcp-client']);
    expect(spec.selector).toEqual({ app: 'nats' });
    expect(metadata.labels).toEqual({ app: 'nats' });
    expect(spec.clusterIP).toBe(clusterIP);
  });

  test('is taken over too where it is older than field management', async () => {
    await makeLegacy('ancient');
    const patch = JSON.stringify({ metadata: { managedFields: [{}] } });
    await kubectl(['patch', 'service', 'ancient', '-n', namespace, '--type=merge', '-p', patch]);
    expect((await stored('ancient')).metadata.managedFields).toBeUndefined();
    const { metadata, spec } = await applyOver('ancient');
    expect(spec.ports.map(({ name }) => name)).toEqual(['tcp-client']);
    expect(metadata.managedFields.map(({ manager, operation }) => `${manager} ${operation}`)).toEqual([
      'nats-operator Apply',
    ]);
  });

  test('keeps what others have set', async () => {
    await makeLegacy('shared');
    await kubectl(['annotate', 'service', 'shared', '-n', namespace, 'theirs=yes', '--field-manager=somebody']);
    expect((await applyOver('shared')).metadata.annotations).toMatchObject({ theirs: 'yes' });
  });

  test('is not written again when it is taken over a second time', async () => {
    await makeLegacy('twice');
    const { resourceVersion } = (await applyOver('twice')).metadata;
    expect((await applyOver('twice')).metadata.resourceVersion).toBe(resourceVersion);
  });

  test('is not overwritten where it has changed since it was looked at', async () => {
    await makeLegacy('moved');
    const child = wanted('moved');
    const { resourceVersion } = (await stored('moved')).metadata;
    await kubectl(['annotate', 'service', 'moved', '-n', namespace, 'theirs=yes']);
    const late = { ...child, metadata: { ...child.metadata, resourceVersion } };
    await expect(adoptFieldOwnership(kube, late).then(async taken => applyChild(kube, taken))).rejects.toMatchObject({
      status: 409,
    });
  });
});
