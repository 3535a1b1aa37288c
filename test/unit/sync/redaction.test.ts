import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../../../src/model/child';
import type { Observed } from '../../../src/model/observed';
import { sync } from '../../../src/sync';
import { ownPodLabels } from '../../fixtures/own-pod';
import { secretOf } from '../../fixtures/secret';

const NOW = new Date('2026-01-01T00:00:00Z');

const OLD = 'planted-old-4711';
const NEW = 'planted-new-4711';
const TOKEN = 'planted-token-4711';
const KEY_LINE = 'cGxhbnRlZC1rZXktNDcxMQ';

/** What the configuration Secret holds: the users that the servers have, whatever their Secret says by now. */
const config: Child = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {
    ...{ name: 'c', namespace: 'n', uid: 's' },
    ownerReferences: [{ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', name: 'c', uid: 'u', controller: true }],
  },
  ...secretOf({ 'nats.conf': `{"authorization": {"users": [{"username": "orders", "password": "${OLD}"}]}}` }),
};

function podWith(state: V1ContainerState): V1Pod {
  const status = { name: 'nats', image: '', imageID: '', ready: false, restartCount: 1, state };
  return {
    metadata: { name: 'c-1', namespace: 'n', labels: ownPodLabels('c-1') },
    status: { containerStatuses: [status] },
  };
}

/** All that is made of a world in which somebody says these words. */
function outcome(words: Partial<Observed>): string {
  const users = { users: [{ username: 'orders', password: NEW }] };
  const pem = `-----BEGIN PRIVATE KEY-----\n${KEY_LINE}\n-----END PRIVATE KEY-----`;
  const observed: Observed = {
    cluster: {
      metadata: { name: 'c', namespace: 'n', uid: 'u', generation: 1 },
      spec: {
        size: 1,
        version: '2.15.2',
        auth: { clientsAuthSecret: 'users', enableServiceAccounts: true },
      },
    },
    children: [config],
    pods: [],
    servers: new Map(),
    secrets: new Map([
      ['users', secretOf({ 'a.json': JSON.stringify(users) })],
      ['certificates', secretOf({ 'tls.key': pem })],
    ]),
    serviceUsers: [{ username: 'role', password: TOKEN, permissions: {} }],
    ...words,
  };
  const { status, notices } = sync(observed, NOW);
  return JSON.stringify({ status, notices });
}

const ALL = `orders: ${OLD} and ${NEW} and ${TOKEN} and ${KEY_LINE}.`;
const NONE = 'orders: *** and *** and *** and ***.';

test.each<[string, Partial<Observed>]>([
  ['a server, when it gave up', { pods: [podWith({ terminated: { exitCode: 1, message: ALL } })] }],
  ['a kubelet, of a container that it can not start', { pods: [podWith({ waiting: { reason: 'X', message: ALL } })] }],
  ['the API server, of what it refuses', { refusal: { why: ALL, isInvalid: true } }],
  ['the API server, of a pod that it refuses', { podRefusal: ALL }],
])('the words of %s come to people without a secret', (_who, words) => {
  const said = outcome(words);
  expect(said).toContain(NONE);
  expect(said).not.toMatch(/4711|cGxhbnRlZC/);
});

test('a long message is cut after that, so that no end of a secret is left at its beginning', () => {
  const message = `${'x'.repeat(300)} ${NEW} ${'y'.repeat(394)}`;
  const said = outcome({ pods: [podWith({ terminated: { exitCode: 1, message } })] });
  expect(said).toContain('y'.repeat(394));
  expect(said).not.toContain('4711');
});
