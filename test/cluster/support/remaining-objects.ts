import { RIGHTS } from './operator-account';
import { kubectl } from './kubectl';

/** What expires by itself, or is of the tests' own. */
const ASIDE = new Set(['Event', `ClusterRole ${RIGHTS}`]);

/** All objects of the cluster with the operator's name in theirs, whatever their kind and namespace, as `Kind name`; sorted, each once. */
export async function remainingObjects(): Promise<string[]> {
  const kinds = (await kubectl(['api-resources', '--verbs=list', '-o', 'name', '--cached=false'])).trim().split('\n');
  const form = 'jsonpath={range .items[*]}{.kind} {.metadata.name}{"\\n"}{end}';
  const objects = (await kubectl(['get', kinds.join(','), '-A', '-o', form])).trim().split('\n');
  const left = objects
    .filter(object => object.includes('nats-operator'))
    .filter(object => !ASIDE.has(object) && !ASIDE.has(object.split(' ')[0] ?? ''));
  return [...new Set(left)].sort();
}

/** The managers that own a field of an object, by its path in `managedFields`, such as `f:spec.f:versions`. */
export async function ownersOf(object: readonly string[], path: string): Promise<string[]> {
  const text = await kubectl(['get', ...object, '--show-managed-fields', '-o', 'json']);
  const { metadata } = JSON.parse(text) as { metadata: { managedFields: readonly ManagedFields[] } };
  const owns = ({ fieldsV1 }: ManagedFields): boolean =>
    path.split('.').reduce<unknown>((fields, key) => Reflect.get(Object(fields) as object, key), fieldsV1) !==
    undefined;
  return metadata.managedFields.filter(owns).map(({ manager }) => manager);
}

interface ManagedFields {
  readonly manager: string;
  readonly fieldsV1: object;
}
