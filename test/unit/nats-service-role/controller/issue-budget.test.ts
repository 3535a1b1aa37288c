import { IssueBudget } from '../../../../src/nats-service-role/controller/issue-budget';
import type { RoleAction } from '../../../../src/nats-service-role/plan/role-action';
import { account, plan, role } from '../fixtures';

const desired = (count: number): readonly RoleAction[] =>
  plan({
    roles: [role('orders', { namespaces: ['*'] })],
    accounts: Array.from({ length: count }, (_, index) => account(`t${index}`, 'orders')),
  }).actions;

const issued = (actions: readonly RoleAction[]): number => actions.filter(({ type }) => type === 'issueToken').length;

test('of a namespace whose roles want ever more tokens, so many are issued at once, and two more each second', () => {
  const budget = new IssueBudget();
  expect(issued(budget.take('n', desired(80), 0))).toBe(50);
  expect(issued(budget.take('n', desired(80), 0))).toBe(0);
  expect(issued(budget.take('n', desired(80), 5_000))).toBe(10);
  expect(issued(budget.take('m', desired(80), 5_000))).toBe(50);
  expect(issued(budget.take('n', desired(80), 3_600_000))).toBe(50);
});

test('what is no token is never held up', () => {
  const budget = new IssueBudget();
  budget.take('n', desired(80), 0);
  expect(budget.take('n', desired(1), 0).map(({ type }) => type)).toEqual(['addFinalizer']);
});
