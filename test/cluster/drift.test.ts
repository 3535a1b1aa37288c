import type { V1Pod } from '@kubernetes/client-node';
import { isDeepStrictEqual } from 'node:util';
import { FIELD_MANAGER } from '../../src/runtime/kube-client';
import type { Child } from '../../src/nats-cluster/children';
import { edit } from './support/edit-as';
import { describePath, mutateField, ownFields, type FieldPath, type FieldMutation } from './support/mutate-field';
import { applyCluster, waitUntilSettled } from './support/nats-cluster';
import { getChild, getPod, getPods } from './support/objects';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { waitFor } from './support/wait-for';

const name = 'drift';
const children: readonly [Child['kind'], string][] = [
  ['Secret', name],
  ['Service', name],
  ['Service', `${name}-mgmt`],
  ['PodDisruptionBudget', name],
  ['StatefulSet', name],
];

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await setupTestEnvironment('drift');
  await applyCluster(environment.namespace, name, { size: 1 });
  await waitUntilSettled(environment.namespace, name, 1);
}, 120_000);

const live = async (kind: Child['kind'], child: string): Promise<Child> => {
  const object = await getChild(kind, environment.namespace, child);
  if (object === undefined) throw new Error(`${kind}/${child} is gone`);
  return object;
};

/** Whether the API server lets somebody do that to a field; what it refuses needs no operator. */
async function takes(kind: Child['kind'], child: string, path: FieldPath, meddling: FieldMutation): Promise<boolean> {
  const outcome = await waitFor(
    async () => {
      const edited = mutateField(await live(kind, child), path, meddling);
      return edited !== undefined && (await edit(edited)) ? 'taken' : 'refused';
    },
    { what: `an answer of the API server about ${describePath(path)}`, interval: 20 },
  );
  return outcome === 'taken';
}

describe('what somebody does by hand to the children', () => {
  it.each(children)(
    '%s %s: each field of ours, changed or removed, is put right, and others stay',
    async (kind, child) => {
      await environment.kubectl('label', kind, child, 'team=messaging');
      await environment.kubectl('annotate', kind, child, 'example.com/note=ours');
      const wanted = content(await live(kind, child));
      const fields = ownFields(await live(kind, child), FIELD_MANAGER).filter(isOursAlone);
      expect(fields.length).toBeGreaterThan(5);
      let edits = 0;
      for (const path of fields) {
        for (const meddling of ['changed', 'removed'] as const) {
          if (meddling === 'changed' && isKey(path)) continue;
          if (!(await takes(kind, child, path, meddling))) continue;
          edits += 1;
          await waitFor(async () => isDeepStrictEqual(content(await live(kind, child)), wanted), {
            what: `${describePath(path)} of ${kind}/${child}, ${meddling}, to be put right`,
            deadline: 10_000,
            interval: 20,
          });
        }
      }
      expect(edits).toBeGreaterThanOrEqual(fields.length);
    },
    180_000,
  );

  it.each(children.slice(1, 3))(
    '%s %s: a port that somebody has given another number is put right',
    async (kind, child) => {
      const wanted = await live(kind, child);
      await environment.kubectl(
        'patch',
        kind,
        child,
        '--type=json',
        '-p',
        '[{"op":"replace","path":"/spec/ports/0/port","value":9}]',
      );
      const ours = (object: Child) => ownFields(object, FIELD_MANAGER).map(describePath).sort();
      const same = (now: Child) => isDeepStrictEqual([content(now), ours(now)], [content(wanted), ours(wanted)]);
      await waitFor(async () => same(await live(kind, child)), { what: 'the old ports and no other, and ours again' });
    },
    60_000,
  );

  it.each(children.slice(0, 4))(
    '%s %s: comes back when it is deleted',
    async (kind, child) => {
      const before = await live(kind, child);
      await environment.kubectl('delete', kind, child);
      const after = await waitFor(async () => getChild(kind, environment.namespace, child), {
        what: `${kind}/${child}`,
      });
      expect(after.metadata.uid).not.toBe(before.metadata.uid);
      expect(after.metadata.ownerReferences).toEqual(before.metadata.ownerReferences);
    },
    60_000,
  );

  it('a StatefulSet deleted with --cascade=orphan comes back and takes its pods over without a restart', async () => {
    const [before, pods] = [await live('StatefulSet', name), await getPods(environment.namespace, name)];
    await environment.kubectl('delete', 'statefulset', name, '--cascade=orphan');
    await waitFor(
      async () => {
        const owners = (await getPods(environment.namespace, name)).map(
          ({ metadata }) => metadata?.ownerReferences?.[0]?.uid,
        );
        return owners.every(uid => uid !== undefined && uid !== before.metadata.uid);
      },
      { what: 'the pods to belong to the new StatefulSet' },
    );
    const after = await waitUntilSettled(environment.namespace, name, 1);
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(pods.map(({ metadata }) => metadata?.uid));
  }, 90_000);

  it.each([
    ['version', ['label', 'nats_version=none', '--overwrite']],
    ['exact version', ['annotate', 'nats.version-']],
    ['cluster', ['label', 'nats_cluster-']],
    ['app', ['label', 'app-']],
  ])(
    'a pod whose %s somebody has taken off it has it again, and is the StatefulSet’s, as it ran',
    async (_what, [verb = '', ...change]) => {
      const pod = `${name}-1`;
      const before = marksOf(await getPod(environment.namespace, pod));
      await environment.kubectl(verb, 'pod', pod, ...change);
      await waitFor(async () => isDeepStrictEqual(marksOf(await getPod(environment.namespace, pod)), before), {
        what: 'the pod to be as it was',
        deadline: 20_000,
      });
      await waitUntilSettled(environment.namespace, name, 1);
    },
    90_000,
  );

  it('a StatefulSet deleted with its pods comes back with them', async () => {
    const before = await live('StatefulSet', name);
    await environment.kubectl('delete', 'statefulset', name);
    await waitFor(
      async () => {
        const [pod] = await getPods(environment.namespace, name);
        const owner = pod?.metadata?.ownerReferences?.[0]?.uid;
        return owner !== undefined && owner !== before.metadata.uid;
      },
      { what: 'a pod of another StatefulSet' },
    );
    await waitUntilSettled(environment.namespace, name, 1);
  }, 120_000);

  it('leaves the one server ready in the end', async () => {
    await waitUntilSettled(environment.namespace, name, 1);
  }, 90_000);
});

/** What an item of a list is called by: with another name it is another item, which is somebody else's. */
function isKey(path: FieldPath): boolean {
  const [item, last] = path.slice(-2);
  return item !== undefined && last !== undefined && 'item' in item && 'key' in last && last.key in item.item;
}

/** Another owner's uid gives the object away, and the garbage collector takes it: that is no drift. */
const isOursAlone = (path: FieldPath): boolean =>
  !/^\.metadata\.ownerReferences\[.*\]\.(uid|name|kind|apiVersion)/.test(describePath(path));

/** What a pod is known by, and whose it is. */
const marksOf = (pod: V1Pod | undefined): unknown => {
  const { uid, labels, annotations, ownerReferences } = pod?.metadata ?? {};
  return { uid, labels, annotations, ownerReferences };
};

const COUNTED = ['status', 'resourceVersion', 'generation', 'managedFields'];

/** All of an object but what the API server and the controllers keep count of. */
function content(object: Child): unknown {
  const without = (part: object) => Object.entries(part).filter(([key]) => !COUNTED.includes(key));
  return Object.fromEntries(without({ ...object, metadata: Object.fromEntries(without(object.metadata)) }));
}
