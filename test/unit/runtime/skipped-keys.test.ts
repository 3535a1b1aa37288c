import { SkippedKeys } from '../../../src/runtime/skipped-keys';

const KEY = 'team/c';

/** The turns of an operator that leaves the namespace `team` to another; what it tells is not told while `knows` says no. */
function leaving(knows: () => boolean): { passed: SkippedKeys; told: string[] } {
  const told: string[] = [];
  const ownership = {
    has: (namespace: string) => namespace !== 'team',
    other: (namespace: string) => (namespace === 'team' ? 'another' : undefined),
  };
  const tell = async (key: string, other: string): Promise<boolean> => {
    if (knows()) told.push(`${key} to ${other}`);
    return Promise.resolve(knows());
  };
  return { passed: new SkippedKeys(ownership, tell), told };
}

test('a quiet cluster that is left to another operator has a turn, so that people are told of it once', async () => {
  const { passed, told } = leaving(() => true);
  expect(passed.unreported(['ours/c', KEY])).toEqual([KEY]);
  expect(await passed.pass(KEY)).toBe(true);
  expect(await passed.pass(KEY)).toBe(true);
  expect(told).toEqual(['team/c to another']);
  expect(passed.unreported(['ours/c', KEY])).toEqual([]);
});

test('where its turn came before anything was known of it, people are told later', async () => {
  let known = false;
  const { passed, told } = leaving(() => known);
  await passed.pass(KEY);
  expect(passed.unreported([KEY])).toEqual([KEY]);
  known = true;
  await passed.pass(KEY);
  expect(told).toEqual(['team/c to another']);
});

test('a cluster that is gone is not remembered: one of its name is told of again', async () => {
  const { passed, told } = leaving(() => true);
  await passed.pass(KEY);
  passed.forget(KEY);
  expect(passed.unreported([KEY])).toEqual([KEY]);
  await passed.pass(KEY);
  expect(told).toHaveLength(2);
});
