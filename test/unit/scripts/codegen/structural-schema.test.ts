import type { Schema } from '../../../../scripts/codegen/schema';
import { structuralSchema } from '../../../../scripts/codegen/structural-schema';

const core = 'io.k8s.api.core.v1.';
const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

const published: Record<string, Schema> = {
  [`${core}Container`]: {
    type: 'object',
    description: 'A container.',
    required: ['name'],
    properties: {
      name: { type: 'string', default: '' },
      ports: {
        type: 'array',
        items: { allOf: [reference(`${core}ContainerPort`)], default: {} },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      },
      size: { allOf: [reference('io.k8s.apimachinery.pkg.api.resource.Quantity')] },
      target: { allOf: [reference('io.k8s.apimachinery.pkg.util.intstr.IntOrString')] },
    },
  },
  [`${core}ContainerPort`]: {
    type: 'object',
    required: ['containerPort', 'name'],
    properties: {
      containerPort: { type: 'integer', format: 'int32', default: 0, description: 'Its number.' },
      name: { type: 'string', default: '' },
      protocol: { type: 'string', default: 'TCP' },
    },
  },
  [`${core}PodSpec`]: {
    type: 'object',
    properties: { hostname: { type: 'string' }, ephemeralContainers: { type: 'array', items: { type: 'object' } } },
  },
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': {
    type: 'object',
    properties: {
      labels: { type: 'object', additionalProperties: { type: 'string', default: '' } },
      creationTimestamp: { allOf: [reference('io.k8s.apimachinery.pkg.apis.meta.v1.Time')], default: {} },
      managedFields: { type: 'array', items: { type: 'object' } },
    },
  },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { type: 'string', format: 'date-time' },
  [`${core}PodTemplateSpec`]: {
    type: 'object',
    properties: {
      metadata: { allOf: [reference('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta')], default: {} },
      spec: { allOf: [reference(`${core}PodSpec`)], default: {} },
    },
  },
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { oneOf: [{ type: 'string' }, { type: 'number' }] },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': {
    format: 'int-or-string',
    oneOf: [{ type: 'integer' }, { type: 'string' }],
  },
};

test('a published type loses its descriptions, defaults and requirements', () => {
  const { properties, required, description } = structuralSchema(published, 'Container');
  expect(properties?.name).toEqual({ type: 'string' });
  expect({ required, description }).toEqual({});
});

test('the keys of a list map stay required, or keep a default that says something', () => {
  expect(structuralSchema(published, 'Container.ports')).toEqual({
    type: 'array',
    maxItems: 256,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
    items: {
      title: 'V1ContainerPort',
      type: 'object',
      required: ['containerPort'],
      properties: {
        containerPort: { type: 'integer', format: 'int32' },
        name: { type: 'string' },
        protocol: { type: 'string', default: 'TCP' },
      },
    },
  });
});

test('quantities and targets take integers and strings', () => {
  const { size, target } = structuralSchema(published, 'Container').properties ?? {};
  expect(target).toEqual({ 'x-kubernetes-int-or-string': true });
  expect(size).toMatchObject({ 'x-kubernetes-int-or-string': true });
  const quantity = new RegExp(size?.pattern ?? '');
  for (const good of ['1', '0.5', '500m', '1Gi', '1e3']) expect(good).toMatch(quantity);
  for (const bad of ['1 Gi', 'half', '1GB']) expect(bad).not.toMatch(quantity);
});

test('a template has the metadata that matters, the null that Go writes, and no ephemeral containers', () => {
  const { metadata, spec } = structuralSchema(published, 'PodTemplateSpec').properties ?? {};
  expect(metadata?.properties).toEqual({
    labels: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 256 },
    creationTimestamp: { type: 'string', format: 'date-time', nullable: true },
  });
  expect(Object.keys(spec?.properties ?? {})).toEqual(['hostname']);
});

test('a name that Kubernetes does not publish is an error', () => {
  expect(() => structuralSchema(published, 'Container.colour')).toThrow('no core/v1 schema Container.colour');
});
