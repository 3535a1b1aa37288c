import { BodyBudget, type HeldBody } from '../../../../src/operator/webhooks/body-budget';

const evicted: string[] = [];
beforeEach(() => (evicted.length = 0));

const body = (address: string, name: string): HeldBody => ({ address, size: 0, evict: () => evicted.push(name) });

test('holds what there is room for, and has room again for what was released', () => {
  const budget = new BodyBudget(10);
  const first = body('a', 'first');
  budget.grow(first, 4);
  budget.grow(first, 6);
  budget.release(first);
  budget.release(first);
  budget.grow(body('a', 'second'), 10);
  expect(evicted).toEqual([]);
});

test('gives up the largest body of the address that holds most', () => {
  const budget = new BodyBudget(10);
  budget.grow(body('b', 'b'), 4);
  budget.grow(body('a', 'a1'), 2);
  budget.grow(body('a', 'a2'), 3);
  budget.grow(body('b', 'b2'), 2);
  expect(evicted).toEqual(['b']);
});

test('gives up even the one that grows', () => {
  const budget = new BodyBudget(10);
  budget.grow(body('a', 'a'), 3);
  budget.grow(body('b', 'b'), 11);
  expect(evicted).toEqual(['b']);
});

test('counts only what arrives after a body was evicted', () => {
  const budget = new BodyBudget(10);
  const late = body('a', 'late');
  budget.grow(late, 11);
  expect(evicted).toEqual(['late']);
  budget.grow(late, 2);
  budget.release(late);
  budget.grow(body('b', 'b'), 10);
  expect(evicted).toEqual(['late']);
  budget.grow(body('c', 'c'), 1);
  expect(evicted).toEqual(['late', 'b']);
});
