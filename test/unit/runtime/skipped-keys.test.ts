import { SkippedKeys } from '../../../src/runtime/skipped-keys';

const KEY = 'team/c';

/** Skipped keys of an operator that does not own the namespace `team`; reporting fails while `canReport` returns false. */
function skippedKeys(canReport: () => boolean): { keys: SkippedKeys; reported: string[] } {
  const reported: string[] = [];
  const ownership = {
    has: (namespace: string) => namespace !== 'team',
    other: (namespace: string) => (namespace === 'team' ? 'another' : undefined),
  };
  const report = async (key: string, other: string): Promise<boolean> => {
    if (canReport()) reported.push(`${key} to ${other}`);
    return Promise.resolve(canReport());
  };
  return { keys: new SkippedKeys(ownership, report), reported };
}

test('reports a cluster without events that another operator manages once', async () => {
  const { keys, reported } = skippedKeys(() => true);
  expect(keys.unreported(['ours/c', KEY])).toEqual([KEY]);
  expect(await keys.pass(KEY)).toBe(true);
  expect(await keys.pass(KEY)).toBe(true);
  expect(reported).toEqual(['team/c to another']);
  expect(keys.unreported(['ours/c', KEY])).toEqual([]);
});

test('reports a cluster later if the first report failed', async () => {
  let isKnown = false;
  const { keys, reported } = skippedKeys(() => isKnown);
  await keys.pass(KEY);
  expect(keys.unreported([KEY])).toEqual([KEY]);
  isKnown = true;
  await keys.pass(KEY);
  expect(reported).toEqual(['team/c to another']);
});

test('reports a cluster again after it was deleted and recreated', async () => {
  const { keys, reported } = skippedKeys(() => true);
  await keys.pass(KEY);
  keys.forget(KEY);
  expect(keys.unreported([KEY])).toEqual([KEY]);
  await keys.pass(KEY);
  expect(reported).toHaveLength(2);
});
