import { KubeClient } from '../../../../src/runtime/kube-client';
import { TokenIndex, type StoredSecret } from '../../../../src/nats-service-role/controller/token-index';
import { tokenSecretName, tokenLabels } from '../../../../src/nats-service-role/bound-token';

const id = { namespace: 'team', name: tokenSecretName('r', 'c') };

const secret = (uid: string, resourceVersion: string): StoredSecret => ({
  metadata: {
    ...id,
    uid,
    resourceVersion,
    ...tokenLabels({ cluster: 'c', clusterNamespace: 'team', role: 'r', roleUid: 'role' }),
  },
});

const metadata = (uid: string, resourceVersion: string) => ({ ...secret(uid, resourceVersion).metadata, ...id });

/** A write of ours whose answer comes after what the watch shows meanwhile. */
const answerAfter = (index: TokenIndex, answer: StoredSecret, meanwhile: () => void): Promise<unknown> =>
  index.follow(id, async () => {
    meanwhile();
    return Promise.resolve({ secret: answer });
  });

it('takes the answer to a write before the watch shows it', async () => {
  const index = new TokenIndex(new KubeClient());
  await answerAfter(index, secret('a', '5'), () => undefined);
  expect(index.has('team/c')).toBe(true);
});

it('has no token whose Secret was deleted before the answer to its write came', async () => {
  const index = new TokenIndex(new KubeClient());
  await answerAfter(index, secret('a', '6'), () => index.note(metadata('a', '7'), 'gone'));
  expect(index.has('team/c')).toBe(false);
});

it('keeps a newer state that the watch has shown before the answer', async () => {
  const index = new TokenIndex(new KubeClient());
  await answerAfter(index, secret('a', '6'), () => index.note(metadata('a', '8'), 'present'));
  const [token] = await index.of('team/c', () => false);
  expect(token?.secret.resourceVersion).toBe('8');
});

it('takes the answer about a Secret that has the name of a deleted one', async () => {
  const index = new TokenIndex(new KubeClient());
  await answerAfter(index, secret('b', '9'), () => index.note(metadata('a', '7'), 'gone'));
  expect(index.has('team/c')).toBe(true);
});

it('holds so many of one namespace that no other has to go without, whatever marks others give to their Secrets', () => {
  const index = new TokenIndex(new KubeClient());
  const note = (namespace: string, role: string): unknown => {
    const { labels, annotations } = tokenLabels({ cluster: 'c', clusterNamespace: namespace, role, roleUid: role });
    const name = tokenSecretName(role, 'c');
    return index.note({ namespace, name, uid: role, resourceVersion: '1', labels, annotations }, 'present');
  };
  for (let number = 0; number < 10_100; number += 1) note('eve', `r-${number}`);
  note('bob', 'r');
  expect([...index.cached('eve')]).toHaveLength(2_000);
  expect([...index.cached('bob')]).toHaveLength(1);
});
