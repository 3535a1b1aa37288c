import type { CustomResource } from './custom-resource';
import { mapChildren, type Schema } from './schema';

const leftOut = ['title', 'description', 'x-kubernetes-int-or-string'];

/**
 * A module with the schema of each kind as JSON schema for ajv. CEL rules, defaults and list keys stay, for validation
 * reads them; what only people read is left out.
 */
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
  const entries = Object.entries(mapChildren(schema, plain)).filter(([keyword]) => !leftOut.includes(keyword));
  return { ...(intOrString && { type: ['integer', 'string'] }), ...Object.fromEntries(entries) };
}
