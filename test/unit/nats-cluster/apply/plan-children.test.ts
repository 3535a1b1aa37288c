import type { V1Pod } from '@kubernetes/client-node';
import { sync } from '../../../../src/nats-cluster/sync';
import type { Child } from '../../../../src/nats-cluster/children';
import { ownPodLabels } from '../../../fixtures/own-pod';

const cluster = { metadata: { name: 'c', namespace: 'n', uid: 'u' }, spec: { size: 3, version: '2.15.2' } };

const messagesOf = (children: readonly Child[]): (string | undefined)[] =>
  sync({ cluster, children, pods: [], servers: new Map() }, new Date()).actions.map(({ event }) => event?.message);

const made = (): Child[] =>
  sync({ cluster, children: [], pods: [], servers: new Map() }, new Date()).actions.flatMap(action =>
    action.type === 'apply' ? [action.child] : [],
  );

test('reports the children of a new cluster once, with the last one', () => {
  const all = 'Created Secret/c, Service/c-mgmt, Service/c, PodDisruptionBudget/c, StatefulSet/c';
  expect(messagesOf([])).toEqual([undefined, undefined, undefined, undefined, all]);
});

test('reports a recreated child separately', () => {
  const others = made().filter(({ kind }) => kind !== 'PodDisruptionBudget');
  expect(messagesOf(others)).toEqual(['Created PodDisruptionBudget/c']);
});

test('changes the Secret once more when there is a server, without an Event', () => {
  const children = made();
  const secrets = (live: readonly Child[], pods: V1Pod[]) =>
    sync({ cluster, children: live, pods, servers: new Map() }, new Date()).actions.flatMap(action =>
      action.type === 'apply' && action.child.kind === 'Secret' ? [action] : [],
    );
  expect(secrets(children, [])).toEqual([]);
  const writes = secrets(children, [{ metadata: { name: 'c-1', namespace: 'n', labels: ownPodLabels('c-1') } }]);
  expect(writes.map(({ event }) => event)).toEqual([undefined]);
  const others = children.filter(({ kind }) => kind !== 'Secret');
  expect(secrets([...others, ...writes.map(({ child }) => child)], [])).toEqual([]);
});
