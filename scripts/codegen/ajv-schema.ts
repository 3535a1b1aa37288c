import type { CustomResource } from './custom-resource';
import { mapChildren, type Schema } from './schema';

/** A module with the schema of each kind, as JSON schema for ajv, with CEL rules, defaults and list keys, which validation reads; what people read is left out. */
export function schemasModule(resources: CustomResource[], header: string): string {
  return [header, ...resources.map(schemaConstant)].join('\n');
}

function schemaConstant(resource: CustomResource): string {
  const name = `${resource.kind.charAt(0).toLowerCase()}${resource.kind.slice(1)}Schema`;
  return [
    `/** The JSON schema of a ${resource.kind}. */`,
    `export const ${name}: Record<string, unknown> = ${JSON.stringify(plain(resource.schema))};`,
    '',
  ].join('\n');
}

function plain(schema: Schema): Schema {
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const entries = Object.entries(mapChildren(schema, plain)).filter(([keyword]) => !isLeftOut(keyword, intOrString));
  return { ...(intOrString && { type: ['integer', 'string'] }), ...Object.fromEntries(entries) };
}

function isLeftOut(keyword: string, intOrString: boolean): boolean {
  return (
    ['title', 'description', 'x-kubernetes-int-or-string'].includes(keyword) || (intOrString && keyword === 'anyOf')
  );
}
