import type { Child } from '../../../../src/nats-cluster/children';
import { findDrift, storedFields } from '../../../../src/nats-cluster/apply/drift';

describe('a child in the desired state', () => {
  test.each<[string, unknown, unknown]>([
    ['a field that we do not set', { a: 1 }, { a: 1, b: 2 }],
    [
      'a quantity in another spelling',
      { resources: { limits: { memory: '1024Mi' } } },
      { resources: { limits: { memory: '1Gi' } } },
    ],
    ['a quantity as a number', { resources: { requests: { cpu: 1 } } }, { resources: { requests: { cpu: '1' } } }],
    [
      'a quantity with a fraction',
      { resources: { limits: { cpu: '0.7' } } },
      { resources: { limits: { cpu: '700m' } } },
    ],
    [
      'a quantity with an exponent',
      { resources: { limits: { memory: '1e9' } } },
      { resources: { limits: { memory: '1G' } } },
    ],
    ['an empty list that is not stored', { tolerations: [] }, {}],
    ['an empty map that is not stored', { metadata: { annotations: {} } }, { metadata: {} }],
    ['an empty text that is not stored', { serviceAccountName: '' }, {}],
    ['null, which says nothing', { a: null }, { a: 'theirs' }],
    ['an item of others in a list with keys', { env: [{ name: 'A' }] }, { env: [{ name: 'B' }, { name: 'A' }] }],
    ['a port without its protocol', { ports: [{ port: 1 }] }, { ports: [{ port: 1, protocol: 'TCP' }] }],
    ['a default inside an item of a list', { items: [{ a: 1 }] }, { items: [{ a: 1, mode: 420 }] }],
    ['the second IP family of a Service', { ipFamilies: ['IPv4'] }, { ipFamilies: ['IPv4', 'IPv6'] }],
    ['a label of others', { labels: { a: 'b' } }, { labels: { a: 'b', c: 'd' } }],
  ])('%s', (_what, desired, live) => {
    expect(findDrift(desired, live)).toBeUndefined();
  });
});

describe('a child that differs from the desired state', () => {
  test.each<[string, unknown, unknown, string]>([
    ['a changed value', { spec: { replicas: 3 } }, { spec: { replicas: 2 } }, 'spec.replicas'],
    ['a value that is gone', { spec: { replicas: 3 } }, { spec: {} }, 'spec.replicas'],
    ['another quantity', { limits: { memory: '1Gi' } }, { limits: { memory: '1G' } }, 'limits.memory'],
    [
      'the item of a list with keys',
      { env: [{ name: 'A', value: 'a' }] },
      { env: [{ name: 'A', value: 'b' }] },
      'env[A].value',
    ],
    [
      'a value that was empty',
      { env: [{ name: 'A', value: '' }] },
      { env: [{ name: 'A', value: 'b' }] },
      'env[A].value',
    ],
    ['an item that is gone', { env: [{ name: 'A' }] }, { env: [] }, 'env[A]'],
    ['an item of others in a list that is one value', { args: ['a'] }, { args: ['a', 'b'] }, 'args'],
    ['the order of a list that is one value', { args: ['a', 'b'] }, { args: ['b', 'a'] }, 'args[0]'],
    ['an emptyDir that has become something else', { emptyDir: {} }, { hostPath: { path: '/' } }, 'emptyDir'],
    ['a label of others in a selector', { selector: { a: 'b' } }, { selector: { a: 'b', c: 'd' } }, 'selector'],
    ['true that has become false', { hostNetwork: true }, {}, 'hostNetwork'],
    [
      'false that was deleted where absent means true',
      { automountServiceAccountToken: false },
      {},
      'automountServiceAccountToken',
    ],
    ['0 that was deleted where absent means more', { updateStrategy: { partition: 0 } }, {}, 'updateStrategy'],
    ['a port of another protocol', { ports: [{ port: 1 }] }, { ports: [{ port: 1, protocol: 'UDP' }] }, 'ports[1/TCP]'],
  ])('%s', (_what, desired, live, path) => {
    expect(findDrift(desired, live)).toBe(path);
  });
});

describe('what the API server stored otherwise than it was applied', () => {
  const set = (template: object, metadata: object = {}): Child =>
    ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'c', namespace: 'n', ...metadata },
      spec: { template },
    }) as Child;

  test.each<[string, object, object]>([
    ['another value', { image: 'nats:2' }, { image: 'mirror/nats:2' }],
    ['a field that was dropped', { schedulingGroup: { podGroupName: 'g' } }, {}],
    ['false that is not stored', { hostNetwork: false }, {}],
    ['0 that is not stored', { gcePersistentDisk: { partition: 0 } }, { gcePersistentDisk: {} }],
    ['0 for which the default stands', { periodSeconds: 0 }, { periodSeconds: 10 }],
    ['an empty text for which the default stands', { pullPolicy: '' }, { pullPolicy: 'IfNotPresent' }],
    ['an item of a list that was taken out', { env: [{ name: 'A' }] }, { env: [] }],
    ['an item that was added to a list that is one value', { args: ['a'] }, { args: ['a', 'b'] }],
    ['a map that is one value, and has grown', { nodeSelector: { a: 'b' } }, { nodeSelector: { a: 'b', c: 'd' } }],
  ])('is no drift afterwards: %s', (_what, sent, answer) => {
    const [desired, live] = [set(sent), set(answer)];
    expect(findDrift(desired, live)).toBeDefined();
    expect(findDrift(desired, live, storedFields(desired, live))).toBeUndefined();
  });

  const stored = storedFields(set({ image: 'nats:2', host: 'a' }), set({ image: 'mirror/nats:2', host: 'a' }));

  test.each<[string, object, object, string]>([
    ['another edit of the same field', { image: 'nats:2', host: 'a' }, { image: 'evil:2', host: 'a' }, 'image'],
    ['an edit that removes it', { image: 'nats:2', host: 'a' }, { host: 'a' }, 'image'],
    ['another field', { image: 'nats:2', host: 'a' }, { image: 'mirror/nats:2', host: 'b' }, 'host'],
    ['a change of what is wanted', { image: 'nats:3', host: 'a' }, { image: 'mirror/nats:2', host: 'a' }, 'image'],
  ])('leaves drift what it is: %s', (_what, desired, live, field) => {
    expect(findDrift(set(desired), set(live), stored)).toBe(`spec.template.${field}`);
  });

  test('is compared without the resource version that the apply was tied to', () => {
    const sent = set({}, { resourceVersion: '1' });
    expect(storedFields(sent, set({}, { resourceVersion: '2' })).size).toBe(0);
  });

  test('shows nothing of a value that is secret', () => {
    const secret = (value: string): Child => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'c', namespace: 'n' },
      data: { 'nats.conf': value },
    });
    expect(JSON.stringify([...storedFields(secret('c2VjcmV0'), secret('b3RoZXI='))])).not.toMatch(/c2VjcmV0|b3RoZXI=/);
  });
});
