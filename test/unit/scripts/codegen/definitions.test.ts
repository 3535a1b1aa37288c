import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { natsClusterDefaults } from '../../../../generated/defaults';
import { natsClusterSchema, natsServiceRoleSchema } from '../../../../generated/schemas';
import { parseCustomResource } from '../../../../scripts/codegen/custom-resource';
import type { Schema } from '../../../../scripts/codegen/schema';

const resources = ['natsclusters', 'natsserviceroles'].map(plural =>
  parseCustomResource(readFileSync(`crds/${plural}.yaml`, 'utf8')),
);

describe.each(resources.map(resource => [resource.kind, resource] as const))('the CRD of %s', (_kind, resource) => {
  const fields = [...fieldsOf('spec', resource.spec), ...fieldsOf('status', resource.status)];

  test.each(fields)('describes %s in sentences', (_path, field) => {
    expect(field.description).toMatch(/^[A-Z`].*[.:`}"]$/s);
  });

  test.each(fields)('gives %s a type', (_path, field) => {
    expect(field.type ?? field.anyOf).toBeDefined();
  });
});

test('constant defaults reach the model in the shape of the spec', () => {
  expect(natsClusterDefaults.pod.metricsImage).toBe('natsio/prometheus-nats-exporter');
  expect(natsClusterDefaults).not.toHaveProperty('size');
  expect(natsClusterDefaults).not.toHaveProperty('version');
});

describe('the schemas for ajv', () => {
  const ajv = addFormats(new Ajv({ strict: false }));
  const isCluster = ajv.compile(natsClusterSchema);
  const isRole = ajv.compile(natsServiceRoleSchema);

  test.each([1, '500m'])('take the quantity %p', cpu => {
    expect(isCluster({ spec: { pod: { resources: { limits: { cpu } } } } })).toBe(true);
  });

  test('reject a wrong type deep in the template', () => {
    expect(isCluster({ spec: { template: { spec: { containers: [{ name: 'nats', args: 'one' }] } } } })).toBe(false);
    expect(isCluster.errors?.[0]).toMatchObject({ instancePath: '/spec/template/spec/containers/0/args' });
  });

  test.each([
    [['foo.>'], true],
    [{ deny: ['foo'] }, true],
    ['foo', false],
    [{ allowed: ['foo'] }, false],
  ])('know what the API server cannot: permissions %j are fine: %p', (publish, fine) => {
    expect(isRole({ spec: { permissions: { publish } } })).toBe(fine);
  });
});

/** Every field of our own below a schema, by path. */
function fieldsOf(path: string, schema: Schema): [string, Schema][] {
  if (schema.title?.startsWith('V1')) return [];
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]): [string, Schema][] => {
    const below = field.items ? fieldsOf(`${path}.${name}[]`, field.items) : fieldsOf(`${path}.${name}`, field);
    return [[`${path}.${name}`, field], ...below];
  });
}
