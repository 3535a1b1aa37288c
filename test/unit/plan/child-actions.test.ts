import { sync } from '../../../src/sync';
import type { Child } from '../../../src/model/child';

const cluster = { metadata: { name: 'c', namespace: 'n', uid: 'u' }, spec: { size: 3, version: '2.15.2' } };

const messagesOf = (children: readonly Child[]): (string | undefined)[] =>
  sync({ cluster, children, pods: [], servers: new Map() }, new Date()).actions.map(({ notice }) => notice?.message);

const made = (): Child[] =>
  sync({ cluster, children: [], pods: [], servers: new Map() }, new Date()).actions.flatMap(action =>
    action.type === 'apply' ? [action.child] : [],
  );

test('what a new cluster is made of is told once, with its last child', () => {
  const all = 'Created Secret/c, Service/c-mgmt, Service/c, PodDisruptionBudget/c, StatefulSet/c';
  expect(messagesOf([])).toEqual([undefined, undefined, undefined, undefined, all]);
});

test('a child that is made anew is told by itself', () => {
  const others = made().filter(({ kind }) => kind !== 'PodDisruptionBudget');
  expect(messagesOf(others)).toEqual(['Created PodDisruptionBudget/c']);
});
