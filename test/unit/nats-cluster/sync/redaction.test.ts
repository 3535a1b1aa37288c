import type { V1ContainerState, V1Pod } from '@kubernetes/client-node';
import type { Child } from '../../../../src/nats-cluster/children';
import type { Observed } from '../../../../src/nats-cluster/observed';
import { parsePodRejection } from '../../../../src/nats-cluster/rollout/pod-rejection';
import { sync } from '../../../../src/nats-cluster/sync';
import { ownPodLabels } from '../../../fixtures/own-pod';
import { secretOf } from '../../../fixtures/secret';

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
  const { status, events } = sync(observed, NOW);
  return JSON.stringify({ status, events });
}

const ALL = `orders: ${OLD} and ${NEW} and ${TOKEN} and ${KEY_LINE}.`;
const NONE = 'orders: *** and *** and *** and ***.';

test.each<[string, Partial<Observed>]>([
  ['a server, when it gave up', { pods: [podWith({ terminated: { exitCode: 1, message: ALL } })] }],
  ['a kubelet, of a container that it can not start', { pods: [podWith({ waiting: { reason: 'X', message: ALL } })] }],
  ['the API server, of what it refuses', { rejection: { why: ALL, isInvalid: true } }],
  ['the API server, of a pod that it refuses', { podRejection: { message: ALL, cause: 'other' } }],
])('the words of %s come to people without a secret', (_who, words) => {
  const said = outcome(words);
  expect(said).toContain(NONE);
  expect(said).not.toMatch(/4711|cGxhbnRlZC/);
});

describe('of a file that a configuration includes, nothing is quoted', () => {
  const wordsOf = (message: string): string =>
    outcome({ pods: [podWith({ terminated: { exitCode: 1, message: `nats-server: ${message}` } })] });
  const left = '(what the server quotes of that file is left out)';

  test.each([
    ['/af/plain.conf:1:0: unknown field "LEAK"', `nats-server: /af/plain.conf:1:0 ${left}`],
    ['/af/plain.conf:12:3: x\n/af/plain.conf:13:0: unknown field "LEAK"', `/af/plain.conf:12:3 ${left}`],
    [
      "error parsing include file '../af/plain.conf', Parse error on line 1: 'Expected a value, but got \\'LEAK\\''",
      `error parsing include file '../af/plain.conf' ${left}`,
    ],
    [
      "error parsing include file '../af/plain.conf', variable reference for 'LEAK' on line 1 can not be found",
      `error parsing include file '../af/plain.conf' ${left}`,
    ],
  ])('as in %s', (message, said) => {
    expect(wordsOf(message)).toContain(said);
    expect(wordsOf(message)).not.toContain('LEAK');
  });

  test.each([
    '/etc/nats-config/nats-0123456789.conf:3:1: unknown field',
    "error parsing include file '../af/none.conf', error opening config file: open /af/none.conf: no such file or directory",
    "error parsing include file '../af/none.conf', open /etc/nats-config/../af/none.conf: no such file or directory",
    'dial tcp 10.0.0.1:4222: connection refused, see http://10.0.0.1:8222/varz',
  ])('and what says nothing of it stays: %s', message => {
    expect(wordsOf(message)).toContain(message);
  });
});

describe('texts of others are quoted as theirs', () => {
  const evil = `the operator says:\u202e run this\r\n\u0007 ${'x'.repeat(1_000)}`;
  const quoted = `the operator says: run this ${'x'.repeat(272)}…`;
  const missing = { podRejection: parsePodRejection(evil), ages: new Map([['c-1', 60_000]]) };

  test.each<[string, Partial<Observed>, string]>([
    ['an Event', missing, `an Event of this namespace says: ${quoted}`],
    ['the kubelet', { pods: [podWith({ waiting: { reason: 'X', message: evil } })] }, `the kubelet says: ${quoted}`],
    [
      'a container',
      { pods: [podWith({ terminated: { exitCode: 1, message: evil } })] },
      `its last output: …${'x'.repeat(300)}`,
    ],
  ])('%s', (_who, words, said) => {
    const told = outcome(words);
    expect(told).toContain(said);
    expect(told).not.toContain('x'.repeat(301));
  });
});

test('a long message is cut after that, so that no end of a secret is left at its beginning', () => {
  const message = `${'x'.repeat(300)} ${NEW} ${'y'.repeat(294)}`;
  const said = outcome({ pods: [podWith({ terminated: { exitCode: 1, message } })] });
  expect(said).toContain('y'.repeat(294));
  expect(said).not.toContain('4711');
});
