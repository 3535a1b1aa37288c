import type { CustomResource } from './custom-resource';

/** A module with one class a kind, registered with kubernetes-fluent-client, which it needs at run time. */
export function kindsModule(resources: CustomResource[], header: string): string {
  return [
    header,
    `import { GenericKind, RegisterKind } from 'kubernetes-fluent-client';`,
    ...resources.map(typesImport),
    '',
    ...resources.map(kindClass),
  ].join('\n');
}

/** The file of generated/ that holds a kind's types: `nats-cluster` for NatsCluster. */
export function typesFile(resource: CustomResource): string {
  return resource.kind.replace(/(?<=[a-z])[A-Z]/g, letter => `-${letter}`).toLowerCase();
}

function typesImport(resource: CustomResource): string {
  return `import type { ${resource.kind}Spec, ${resource.kind}Status } from './${typesFile(resource)}';`;
}

function kindClass({ kind, group, version, plural, schema }: CustomResource): string {
  return `/** ${schema.description ?? kind} */
export class ${kind} extends GenericKind {
  declare spec: ${kind}Spec;
  declare status?: ${kind}Status;
}

RegisterKind(${kind}, { group: '${group}', version: '${version}', kind: '${kind}', plural: '${plural}' });
`;
}
