import type { V1PersistentVolume, V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { instanceHere } from '../../tools/local-cluster/lifecycle';
import { volumesFolder } from '../../tools/local-cluster/volumes';
import { isLocalCluster } from './support/is-local-cluster';
import { apply, getObject, kubectl, tryKubectl } from './support/kubectl';
import { testNamespace } from './support/test-namespace';
import { waitFor } from './support/wait-for';

/** Not root, so that it can only write where fsGroup was applied. */
const store = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: store }
spec:
  selector: { matchLabels: { app: store } }
  serviceName: store
  template:
    metadata: { labels: { app: store } }
    spec:
      securityContext: { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }
      terminationGracePeriodSeconds: 1
      containers:
        - name: store
          image: nats:2.15.2-alpine
          command: [tail, -f, /dev/null]
          volumeMounts: [{ name: files, mountPath: /files }, { name: sized, mountPath: /sized }]
  volumeClaimTemplates:
    - metadata: { name: files }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 16Mi } } }
    - metadata: { name: sized }
      spec: { accessModes: [ReadWriteOnce], storageClassName: local-sized, resources: { requests: { storage: 32Mi } } }
`;

let namespace = '';

const inPod = (script: string) => tryKubectl(['exec', '-n', namespace, 'store-0', '--', 'sh', '-c', script]);

async function read<T>(kind: string, name: string): Promise<T> {
  return waitFor(async () => getObject<T>(['-n', namespace, kind, name]), { what: `${kind} ${name}` });
}

const claim = (template: string) => read<V1PersistentVolumeClaim>('persistentvolumeclaim', `${template}-store-0`);

async function volumeOf(template: string): Promise<V1PersistentVolume> {
  return read<V1PersistentVolume>('persistentvolume', (await claim(template)).spec?.volumeName ?? '');
}

async function podUid(): Promise<string | undefined> {
  return (await read<V1Pod>('pod', 'store-0')).metadata?.uid;
}

async function rolledOut(): Promise<void> {
  await kubectl(['rollout', 'status', 'statefulset/store', '-n', namespace, '--timeout=90s']);
}

/** The size of the file system, in KiB. */
async function sizeOf(mountPath: string): Promise<number> {
  return Number((await inPod(`df -Pk ${mountPath} | awk 'NR == 2 { print $2 }'`)).stdout);
}

const describeLocally = isLocalCluster() ? describe : describe.skip;

describeLocally('a StatefulSet with claims in the local cluster', () => {
  beforeAll(async () => {
    namespace = (await testNamespace('volumes')).name;
    await apply(store, namespace);
    await rolledOut();
  }, 120_000);

  test('gets volumes on the node of its pod, of the default class unless it names another', async () => {
    const { spec } = await read<V1Pod>('pod', 'store-0');
    for (const [template, storageClass] of [
      ['files', 'local-path'],
      ['sized', 'local-sized'],
    ] as const) {
      const volume = await volumeOf(template);
      expect(volume.spec?.storageClassName).toBe(storageClass);
      expect(volume.spec?.local?.path).toContain(`${volumesFolder(instanceHere())}/${spec?.nodeName ?? ''}/`);
    }
  });

  test('finds what it wrote in the pod that replaces its pod, in both classes', async () => {
    const before = await podUid();
    expect(await inPod('echo kept > /files/file && echo kept > /sized/file')).toMatchObject({ ok: true });
    await kubectl(['delete', 'pod', 'store-0', '-n', namespace]);
    await waitFor(async () => (await podUid()) !== before, { what: 'another pod' });
    await rolledOut();
    expect((await inPod('cat /files/file /sized/file')).stdout).toBe('kept\nkept\n');
  }, 120_000);

  test('fails to write more than it claims from local-sized', async () => {
    expect(await sizeOf('/sized')).toBe(32 * 1024);
    const { ok, stderr } = await inPod('dd if=/dev/zero of=/sized/full bs=1M count=40');
    expect(ok).toBe(false);
    expect(stderr).toContain('No space left on device');
    expect((await inPod('df -Pk /sized')).stdout).toContain('100%');
  });

  test('has more space in the same container when its claim grows, and can write again', async () => {
    const before = await read<V1Pod>('pod', 'store-0');
    await grow('sized', '64Mi');
    expect(await sizeOf('/sized')).toBe(64 * 1024);
    expect(await inPod('dd if=/dev/zero of=/sized/more bs=1M count=30')).toMatchObject({ ok: true });
    expect((await inPod('cat /sized/file')).stdout).toBe('kept\n');
    const after = await read<V1Pod>('pod', 'store-0');
    expect(after.status?.containerStatuses).toEqual(before.status?.containerStatuses);
  }, 90_000);

  test('can let a claim of the default class grow as well', async () => {
    await grow('files', '48Mi');
    expect((await inPod('cat /files/file')).stdout).toBe('kept\n');
  }, 90_000);

  test('leaves no volume when its claims are deleted', async () => {
    const volumes = [await volumeOf('files'), await volumeOf('sized')];
    const folders = volumes.map(({ spec }) => dirname(spec?.local?.path ?? ''));
    expect(folders.map(folder => existsSync(folder))).toEqual([true, true]);
    await kubectl(['delete', 'statefulset', 'store', '-n', namespace]);
    await kubectl(['delete', 'persistentvolumeclaim', '--all', '-n', namespace]);
    await waitFor(() => !folders.some(folder => existsSync(folder)), { what: 'the folders to be removed' });
    for (const { metadata } of volumes)
      await kubectl(['wait', '--for=delete', `persistentvolume/${metadata?.name ?? ''}`, '--timeout=60s']);
  }, 180_000);
});

/** Returns when the claim and its volume show the capacity, and nothing is left to do. */
async function grow(template: string, storage: string): Promise<void> {
  const patch = JSON.stringify({ spec: { resources: { requests: { storage } } } });
  await kubectl(['patch', 'persistentvolumeclaim', `${template}-store-0`, '-n', namespace, '-p', patch]);
  const hasGrown = async () => {
    const { status } = await claim(template);
    return status?.capacity?.storage === storage && (status.conditions ?? []).length === 0;
  };
  await waitFor(hasGrown, { what: `the claim ${template} to have ${storage}` });
  expect((await volumeOf(template)).spec?.capacity?.storage).toBe(storage);
}
