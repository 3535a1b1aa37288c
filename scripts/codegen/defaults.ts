import type { CustomResource } from './custom-resource';
import type { Schema } from './schema';

/** A module with the constant defaults of each kind's spec, in the spec's own shape. */
export function defaultsModule(resources: CustomResource[], header: string): string {
  return [header, ...resources.filter(hasDefaults).map(defaultsConstant)].join('\n');
}

function hasDefaults(resource: CustomResource): boolean {
  return defaultsIn(resource.spec) !== undefined;
}

function defaultsConstant(resource: CustomResource): string {
  const name = `${resource.kind.charAt(0).toLowerCase()}${resource.kind.slice(1)}Defaults`;
  return [
    `/** The constant defaults of a ${resource.kind}'s spec. The API server fills them in only where the parent exists. */`,
    `export const ${name} = ${JSON.stringify(defaultsIn(resource.spec), null, 2)} as const;`,
    '',
  ].join('\n');
}

/** The defaults below a schema, by property; undefined where there are none. Lists and Kubernetes' types have none. */
function defaultsIn(schema: Schema): unknown {
  if (schema.title?.startsWith('V1')) return undefined;
  if (!schema.properties) return schema.default;
  const found = Object.entries(schema.properties)
    .map(([name, child]) => [name, defaultsIn(child)] as const)
    .filter(([, value]) => value !== undefined);
  return found.length > 0 ? Object.fromEntries(found) : undefined;
}
