import { until } from '../../../../tools/toolchain/until';
import { KubeClient } from '../../../../src/runtime/kube-client';
import { AccountIndex } from '../../../../src/nats-service-role/controller/account-index';
import { answerJson, isWatch, LoopbackApi } from '../../runtime/loopback-api';

const account = (namespace: string, name: string): object => ({
  metadata: { namespace, name, uid: `${namespace}/${name}`, resourceVersion: '1' },
});
const ACCOUNTS = ['first', 'later', 'theirs'].map(name => account('a', name));

describe('the index of ServiceAccounts', () => {
  let api: LoopbackApi | undefined;
  let index: AccountIndex | undefined;
  const asked: string[] = [];

  afterEach(async () => {
    index?.stop();
    await api?.close();
  });

  it('holds those that have the names of roles, and reads those of a role that comes later', async () => {
    api = await LoopbackApi.open((request, response) => {
      if (isWatch(request)) return;
      const selector = new URL(request.url ?? '', 'http://api').searchParams.get('fieldSelector');
      asked.push(selector ?? 'all');
      const items = selector === null ? ACCOUNTS : [account('a', selector.replace('metadata.name=', ''))];
      answerJson(response, { metadata: { resourceVersion: '1' }, items });
    });
    index = new AccountIndex(new KubeClient(), undefined, { onChange: () => undefined, onError: () => undefined });
    const accounts = index;
    expect(await until(() => accounts.isReady(['first']), 10_000)).toBe(true);
    expect((await accounts.named('first')).map(({ uid }) => uid)).toEqual(['a/first']);
    expect(asked).toEqual(['all']);
    const [one, other] = await Promise.all([accounts.named('later'), accounts.named('later')]);
    expect([one, other].flat().map(({ uid }) => uid)).toEqual(['a/later', 'a/later']);
    await accounts.named('later');
    expect(asked).toEqual(['all', 'metadata.name=later']);
    accounts.forget('later');
    await accounts.named('later');
    expect(asked).toHaveLength(3);
  });

  it('waits for the list of a name that was forgotten and listed again meanwhile', async () => {
    const answers: (() => void)[] = [];
    api = await LoopbackApi.open((request, response) => {
      if (isWatch(request)) return;
      const selector = new URL(request.url ?? '', 'http://api').searchParams.get('fieldSelector');
      const isOfName = selector === 'metadata.name=orders';
      const items = isOfName ? [account('a', 'orders')] : [];
      const answer = (): void => answerJson(response, { metadata: { resourceVersion: '1' }, items });
      if (isOfName) answers.push(answer);
      else answer();
    });
    const accounts = new AccountIndex(new KubeClient(), undefined, {
      onChange: () => undefined,
      onError: () => undefined,
    });
    index = accounts;
    expect(await until(() => accounts.isReady([]), 10_000)).toBe(true);
    const first = accounts.named('orders');
    expect(await until(() => answers.length === 1, 10_000)).toBe(true);
    accounts.forget('orders');
    const second = accounts.named('orders');
    expect(await until(() => answers.length === 2, 10_000)).toBe(true);
    answers[0]?.();
    // Requested after the answer, so that the first list has ended when it is answered.
    await accounts.named('later');
    let isKnown = false;
    const third = accounts.named('orders').then(found => {
      isKnown = true;
      return found;
    });
    await accounts.named('another');
    expect(isKnown).toBe(false);
    answers[1]?.();
    expect((await second).map(({ uid }) => uid)).toEqual(['a/orders']);
    for (const list of [first, third]) expect((await list).map(({ uid }) => uid)).toEqual(['a/orders']);
  });
});
