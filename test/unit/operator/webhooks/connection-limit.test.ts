import { ConnectionLimit, type Connection } from '../../../../src/operator/webhooks/connection-limit';

const closed: string[] = [];
beforeEach(() => (closed.length = 0));

const connection = (address: string, name: string, isBusy = false): Connection => ({
  address,
  isBusy,
  close: () => closed.push(name),
});

test('closes the oldest of the address that has most', () => {
  const limit = new ConnectionLimit(3);
  limit.add(connection('b', 'b1'));
  limit.add(connection('a', 'a1'));
  limit.add(connection('a', 'a2'));
  expect(closed).toEqual([]);
  expect(limit.add(connection('c', 'c1'))).toBe(true);
  expect(closed).toEqual(['a1']);
});

test('closes none that waits for its answer, before the new one itself', () => {
  const limit = new ConnectionLimit(2);
  limit.add(connection('a', 'a1', true));
  limit.add(connection('a', 'a2', true));
  limit.add(connection('b', 'b1'));
  expect(closed).toEqual(['b1']);
});

test('has room again for what was removed', () => {
  const limit = new ConnectionLimit(1);
  const first = connection('a', 'a1');
  limit.add(first);
  limit.remove(first);
  expect(limit.add(connection('a', 'a2'))).toBe(false);
});
