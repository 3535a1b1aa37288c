import { mapChildren, type Schema } from './schema';

// The form that `kubectl` accepts for quantities, as controller-gen writes it into CRDs.
const quantityPattern =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

/** Items of a list, and entries of a map. */
const MAX_ITEMS = 256;

const metadataFields = [
  'name',
  'namespace',
  'generateName',
  'labels',
  'annotations',
  'finalizers',
  'creationTimestamp',
];

const kept = new Set([
  'type',
  'format',
  'enum',
  'properties',
  'additionalProperties',
  'items',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
]);

/**
 * The published schema `name` (`PodTemplateSpec`, or a property of one: `Container.env`) as a structural schema for a
 * CRD: references resolved, descriptions and defaults dropped, nothing required but the keys of list maps.
 * Objects that have a class in the Kubernetes client carry its name as title.
 */
export function structuralSchema(schemas: Record<string, Schema>, name: string): Schema {
  const [type = '', property] = name.split('.');
  const found = schemas[`io.k8s.api.core.v1.${type}`];
  const start = property === undefined ? found : found?.properties?.[property];
  if (!start) throw new Error(`Kubernetes publishes no core/v1 schema ${name}`);
  const titled = property === undefined ? { title: `V1${type}` } : {};
  return { ...titled, ...titleReferences(start, convert(start, schemas)) };
}

/** Gives the schema, or its items, the client's class name where it was a reference. */
function titleReferences(source: Schema, converted: Schema): Schema {
  const reference = referenceIn(source);
  if (reference !== undefined) return { title: `V1${shortName(reference)}`, ...converted };
  if (source.items && converted.items) return { ...converted, items: titleReferences(source.items, converted.items) };
  return converted;
}

function convert(source: Schema, schemas: Record<string, Schema>): Schema {
  const reference = referenceIn(source);
  if (reference !== undefined) return convertNamed(shortName(reference), lookUp(reference, schemas), schemas);
  const converted = mapChildren(
    Object.fromEntries(Object.entries(source).filter(([keyword]) => kept.has(keyword))),
    child => convert(child, schemas),
  );
  return requireListKeys(bounded(converted), source, schemas);
}

/** Kubernetes bounds an object in bytes alone; whoever reads one needs fewer items than fit into those. */
function bounded(schema: Schema): Schema {
  if (schema.type === 'array') return { ...schema, maxItems: MAX_ITEMS };
  return schema.additionalProperties === undefined ? schema : { ...schema, maxProperties: MAX_ITEMS };
}

function convertNamed(name: string, source: Schema, schemas: Record<string, Schema>): Schema {
  if (name === 'Quantity') return { ...intOrString(), pattern: quantityPattern };
  if (name === 'IntOrString') return intOrString();
  // Clients in Go write `creationTimestamp: null` into a template.
  if (name === 'Time') return { type: 'string', format: 'date-time', nullable: true };
  if (name === 'ObjectMeta') return convert(only(source, metadataFields), schemas);
  if (name === 'PodSpec') return convert(templatePodSpec(source), schemas);
  return convert(source, schemas);
}

function intOrString(): Schema {
  return { 'x-kubernetes-int-or-string': true };
}

/** Ephemeral containers belong to running pods; Kubernetes refuses them in a template. */
function templatePodSpec(source: Schema): Schema {
  return only(
    source,
    Object.keys(source.properties ?? {}).filter(field => field !== 'ephemeralContainers'),
  );
}

function only(source: Schema, fields: string[]): Schema {
  const properties = Object.entries(source.properties ?? {}).filter(([field]) => fields.includes(field));
  return { ...source, properties: Object.fromEntries(properties) };
}

/**
 * The keys of a list map must be required in its items or have a default (a rule of structural schemas): required,
 * unless Kubernetes publishes a default that says something, such as TCP for a port's protocol.
 */
function requireListKeys(list: Schema, source: Schema, schemas: Record<string, Schema>): Schema {
  const keys = list['x-kubernetes-list-map-keys'];
  const properties = list.items?.properties;
  if (!keys || !properties) return list;
  const published = resolve(source.items ?? {}, schemas).properties ?? {};
  const defaults = keys.filter(key => Boolean(published[key]?.default));
  const withDefaults = defaults.map(key => [key, { ...properties[key], default: published[key]?.default }] as const);
  return {
    ...list,
    items: {
      ...list.items,
      required: keys.filter(key => !defaults.includes(key)),
      properties: { ...properties, ...Object.fromEntries(withDefaults) },
    },
  };
}

function resolve(source: Schema, schemas: Record<string, Schema>): Schema {
  const reference = referenceIn(source);
  return reference === undefined ? source : lookUp(reference, schemas);
}

function referenceIn(source: Schema): string | undefined {
  return source.$ref ?? source.allOf?.[0]?.$ref;
}

function lookUp(reference: string, schemas: Record<string, Schema>): Schema {
  const found = schemas[reference.slice(reference.lastIndexOf('/') + 1)];
  if (!found) throw new Error(`Kubernetes' OpenAPI refers to ${reference}, which it does not contain`);
  return found;
}

function shortName(reference: string): string {
  return reference.slice(reference.lastIndexOf('.') + 1);
}
