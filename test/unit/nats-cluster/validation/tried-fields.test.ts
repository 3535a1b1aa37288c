import { natsClusterSchema } from '../../../../generated/schemas';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { schemaOfField, type Schema } from '../../../../src/schema/schema';
import { TRIED_FIELDS, triedFieldWarnings } from '../../../../src/nats-cluster/validation/tried-fields';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** As `kubectl apply` leaves it, after the API server has dropped what it does not know. */
const applied = (spec: unknown): NatsClusterObject => ({
  metadata: {
    name: 'c',
    namespace: 'n',
    annotations: { [LAST_APPLIED]: JSON.stringify({ kind: 'NatsCluster', spec }) },
  },
  spec: { size: 3, version: '2.15.2' },
});

const exists = (path: string): boolean =>
  path
    .split('.')
    .reduce<Schema | undefined>((schema, key) => schema && schemaOfField(schema, key), natsClusterSchema) !== undefined;

test.each(Object.entries(TRIED_FIELDS))('%s is no field, and what is to be used instead is: %s', (tried, use) => {
  const named = use.match(/spec[.\w]+\w/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(path => !exists(path))).toEqual([]);
  expect(exists(tried)).toBe(false);
});

describe('a manifest with fields that a NatsCluster does not have', () => {
  test('is warned about with what to use instead', () => {
    const spec = {
      replicas: 3,
      size: 3,
      pod: { affinity: {} },
      natsConfig: { jetstream: {}, extra: { jetstream: {} } },
      sise: 1,
    };
    expect([...triedFieldWarnings(applied(spec), undefined)].sort()).toEqual([
      'spec.natsConfig.jetstream is not a field of a NatsCluster and was dropped (use spec.jetstream)',
      'spec.pod.affinity is not a field of a NatsCluster and was dropped (use spec.template.spec.affinity, or spec.pod.antiAffinity)',
      'spec.replicas is not a field of a NatsCluster and was dropped (use spec.size)',
      'spec.sise is not a field of a NatsCluster and was dropped (did you mean size?)',
    ]);
  });

  test('is warned about when it is applied, and not at each later change of the object', () => {
    const object = applied({ replicas: 3 });
    expect(triedFieldWarnings({ ...object, spec: { size: 5 } }, object)).toEqual([]);
    expect(triedFieldWarnings(applied({ replicas: 4 }), object)).toHaveLength(1);
  });

  test('is left alone where it says nothing readable, or more than a person writes', () => {
    const annotated = (text: string): NatsClusterObject => ({ metadata: { annotations: { [LAST_APPLIED]: text } } });
    for (const text of ['', '{', '[]', '{"spec": []}', 'null'])
      expect(triedFieldWarnings(annotated(text), undefined)).toEqual([]);
    const deep = `{"spec": {"replicas": ${'['.repeat(1000)}${']'.repeat(1000)}}}`;
    expect(triedFieldWarnings(annotated(deep), undefined)).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1]));
    expect(triedFieldWarnings(applied(many), undefined)).toHaveLength(10);
    expect(triedFieldWarnings(applied({ replicas: 1, padding: 'x'.repeat(70_000) }), undefined)).toEqual([]);
  });
});
