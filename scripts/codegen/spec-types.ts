import { compile } from 'json-schema-to-typescript';
import { namedUnions, type CustomResource } from './custom-resource';
import { mapChildren, mapValues, type Schema } from './schema';

const deepPartial = `/** T with every field optional, at every depth. */
export type DeepPartial<T> = T extends Date
  ? string
  : T extends (infer Item)[]
    ? DeepPartial<Item>[]
    : T extends object
      ? string extends keyof T
        ? T
        : { [K in keyof T]?: DeepPartial<T[K]> }
      : T;

/** A pod template in which nothing is required. */
export type PodTemplate = DeepPartial<V1PodTemplateSpec>;
`;

/** The TypeScript types of a kind's spec and status; Kubernetes' own types come from its client. */
export async function specTypes(resource: CustomResource, header: string): Promise<string> {
  const root: Schema = {
    title: `${resource.kind}Fields`,
    type: 'object',
    properties: { spec: typed(resource.spec), status: typed(resource.status) },
    definitions: mapValues(namedUnions, typed),
  };
  const types = await compile(root as object, root.title ?? '', {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 120 },
  });
  const classes = [
    ...new Set(types.match(/\bV1[A-Z]\w+/g) ?? []),
    ...(types.includes('PodTemplate') ? ['V1PodTemplateSpec'] : []),
  ];
  return [
    header,
    ...(classes.length > 0 ? [`import type { ${classes.sort().join(', ')} } from '@kubernetes/client-node';`, ''] : []),
    ...(types.includes('PodTemplate') ? [deepPartial] : []),
    types.replace(rootInterface(root.title ?? ''), '').trim(),
    '',
  ].join('\n');
}

/** json-schema-to-typescript wants one root; its interface is of no use to anybody. */
function rootInterface(name: string): RegExp {
  return new RegExp(`export interface ${name} \\{[^}]*\\}\\n`);
}

function typed(schema: Schema): Schema {
  if (schema.title === 'V1PodTemplateSpec') return described(schema, 'PodTemplate');
  if (schema.title?.startsWith('V1')) return described(schema, schema.title);
  if (schema.title !== undefined && schema.title in namedUnions) return { $ref: `#/definitions/${schema.title}` };
  if (schema['x-kubernetes-preserve-unknown-fields']) return described(schema, 'Record<string, unknown>');
  return mapChildren(schema, typed);
}

function described(schema: Schema, tsType: string): Schema {
  return schema.description === undefined ? { tsType } : { description: schema.description, tsType };
}
