import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import {
  findDisruptionBlocker,
  findRestartBlocker,
  isDisruptionDue,
} from '../../../../src/nats-cluster/rollout/disruption-gate';
import { reportsOf } from '../jetstream/model';
import { membersOf, type Server } from './servers';

const good: Server = {};
const old: Server = { revision: 'old', minutes: 60 };

/** What keeps the last of these servers from being taken down. */
function obstacle(servers: readonly (Server | undefined)[]): string | undefined {
  const members = membersOf(servers);
  const victim = members.at(-1);
  if (victim === undefined) throw new Error('no servers');
  return findDisruptionBlocker(members, victim, { servers: new Map() });
}

test.each<[string, (Server | undefined)[]]>([
  ['all others serve', [good, good, good]],
  ['it is the only one', [good]],
  ['only it has no routes, which its end will not make worse', [good, good, { unroutedTo: [1, 2] }]],
  ['only it does not answer', [good, good, { answers: false }]],
  ['it is down itself', [good, good, { crashing: true }]],
])('a server may go where %s', (_what, servers) => {
  expect(obstacle(servers)).toBeUndefined();
});

test.each<[string, (Server | undefined)[], string]>([
  ['starts', [{ ready: false }, good], 'c-1 is starting'],
  ['does not exist', [undefined, good], 'c-1 does not exist yet'],
  ['shuts down', [{ terminating: true }, good], 'c-1 is shutting down'],
  ['does not answer', [{ answers: false }, good], 'c-1 does not answer on its monitoring port: timeout'],
  ['lacks a route', [{ unroutedTo: [2] }, good, good], 'c-1 is missing routes to c-2'],
  [
    'with the new template finds none of the old',
    [old, old, { unroutedTo: [1, 2] }, old],
    'c-1 is missing routes to c-3',
  ],
])('a server stays while another %s', (_what, servers, why) => {
  expect(obstacle(servers)).toBe(why);
});

describe('where the servers never found each other', () => {
  const lost = (server: Server): Server => ({ ...server, unroutedTo: [1, 2, 3, 4] });

  test('the corrected template may reach the first', () => {
    expect(obstacle([lost(old), lost(old), lost(old)])).toBeUndefined();
  });

  test('and the next, when those that have it found each other', () => {
    expect(
      obstacle([{ ...good, unroutedTo: [3, 4] }, { ...good, unroutedTo: [3, 4] }, lost(old), lost(old)]),
    ).toBeUndefined();
  });

  test('but not while those that have it did not', () => {
    expect(obstacle([lost(good), lost(good), lost(old), lost(old)])).toBe('c-1 is missing routes to c-2, c-3, c-4');
  });

  test('servers that became ready just now are waited for', () => {
    expect(obstacle([lost({ ...old, minutes: 1 }), lost({ ...old, minutes: 1 }), old])).toBe(
      'c-1 is missing routes to c-2, c-3',
    );
  });
});

describe('of servers that have switched JetStream off, and whose volumes have grown, one', () => {
  const restartBlocker = async (version: string, disabled: readonly number[]): Promise<string | undefined> => {
    const members = membersOf([1, 2, 3].map(number => ({ version, ready: !disabled.includes(number) })));
    const last = members.at(-1);
    if (last === undefined) throw new Error('no servers');
    return findRestartBlocker(members, last, { servers: await reportsOf({ size: 3, disabled }) });
  };

  test.each<[string, readonly number[]]>([
    ['2.10.29', [3]],
    ['2.12.15', [1, 2, 3]],
    ['2.15.2', [2, 3]],
  ])('of NATS %s is restarted while these are down: %j', async (version, disabled) => {
    expect(await restartBlocker(version, disabled)).toBeUndefined();
  });

  test.each(['2.10.29', '2.11.17'])('of NATS %s stays where most are down', async version => {
    expect(await restartBlocker(version, [1, 2, 3])).toBe(
      `most servers have stopped storing, and NATS ${version} can lose all streams when they start again: docs/jetstream.md says how to save them`,
    );
  });
});

describe('a disruption is due', () => {
  const live = (replicas: number, partition = replicas): ChildStatefulSet => ({
    ...{ apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'c', namespace: 'n' } },
    spec: { replicas, updateStrategy: { rollingUpdate: { partition } } } as NonNullable<ChildStatefulSet['spec']>,
    status: { replicas, currentRevision: 'old', updateRevision: 'new' },
  });
  const pod = (number: number, revision: string) => ({
    metadata: { name: `c-${number}`, labels: { 'controller-revision-hash': revision } },
  });
  const updated = [pod(1, 'new'), pod(2, 'new')];
  const restarting = (uid: string) => [{ metadata: { annotations: { 'nats.io/restarted-pod': uid } } }];
  const withUid = updated.map(({ metadata }) => ({ metadata: { ...metadata, uid: `uid-of-${metadata.name}` } }));

  test.each<[string, boolean, Parameters<typeof isDisruptionDue>]>([
    ['while a pod is of an old template', true, [{ spec: { size: 2 } }, live(2), [pod(1, 'old'), pod(2, 'new')]]],
    ['while a pod would be made from an old template', true, [{ spec: { size: 2 } }, live(2), [pod(2, 'new')]]],
    ['while a server is to leave', true, [{ spec: { size: 1 } }, live(2), updated]],
    [
      'while a server is to be restarted for its volume',
      true,
      [{ spec: { size: 2 } }, live(2), withUid, restarting('uid-of-c-2')],
    ],
    ['not when it was restarted', false, [{ spec: { size: 2 } }, live(2), withUid, restarting('former')]],
    ['not where all are as desired', false, [{ spec: { size: 2 } }, live(2), updated]],
    ['not for pods of somebody else', false, [{ spec: { size: 2 } }, live(2), [...updated, pod(9, 'old')]]],
    ['not before there are any', false, [{ spec: { size: 2 } }, undefined, []]],
  ])('%s', (_what, due, parameters) => {
    expect(isDisruptionDue(...parameters)).toBe(due);
  });
});
