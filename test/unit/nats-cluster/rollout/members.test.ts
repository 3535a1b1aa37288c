import { isHealthy } from '../../../../src/nats-cluster/rollout/members';
import { membersOf, type Server } from './servers';

const good: Server = {};

test('servers that are ready and have routes both ways serve', () => {
  expect(membersOf([good, good, good]).map(isHealthy)).toEqual([true, true, true]);
});

test('a route that only one side knows of is none', () => {
  const members = membersOf([{ unroutedTo: [2] }, good, good]);
  expect(members.map(isHealthy)).toEqual([false, false, true]);
  expect(members[1]?.statusMessage).toBe('is missing routes to c-1');
});

test('a server that is not ready is not missed in the mesh', () => {
  expect(membersOf([good, { ready: false, unroutedTo: [1] }]).map(isHealthy)).toEqual([true, false]);
});

test('counts a server that does not answer as not serving, and as missing for the others', () => {
  const members = membersOf([good, { answers: false }]);
  expect(members.map(isHealthy)).toEqual([false, false]);
  expect(members[1]?.statusMessage).toBe('does not answer on its monitoring port: timeout');
});

test('a server that is being deleted is not ready', () => {
  expect(membersOf([{ terminating: true }])[0]).toMatchObject({ ready: false, terminating: true });
});

test("does not count a foreign pod with the cluster's labels as a server", () => {
  const stranger = {
    metadata: { name: 'c-debug' },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  expect(membersOf([good, good], [stranger]).map(isHealthy)).toEqual([true, true]);
});

test('a pod of another revision is outdated', () => {
  expect(membersOf([{ revision: 'old' }, good]).map(({ outdated }) => outdated)).toEqual([true, false]);
});

test('a server that found no other in two minutes has failed; one that found some has not', () => {
  const alone = { minutes: 3, unroutedTo: [1, 2] };
  expect(membersOf([good, good, alone])[2]?.failure).toBe('is missing routes to c-1, c-2');
  expect(membersOf([good, good, { ...alone, minutes: 1 }])[2]?.failure).toBeUndefined();
  expect(membersOf([good, good, { ...alone, unroutedTo: [1] }])[2]?.failure).toBeUndefined();
});
