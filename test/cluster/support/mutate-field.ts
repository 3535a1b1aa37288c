import type { Child } from '../../../src/nats-cluster/children';

/** One step into an object: a key, or the item of a list that has these values. */
type Step = { readonly key: string } | { readonly item: Readonly<Record<string, unknown>> };

/** The way to a field. */
export type FieldPath = readonly Step[];

interface Managed {
  readonly manager: string;
  readonly subresource?: string;
  readonly fieldsV1?: Record<string, unknown>;
}

/**
 * The fields of an object that a field manager has set, deepest only, as the API server knows them.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
 */
export function ownFields(object: Child, manager: string): FieldPath[] {
  const { managedFields = [] } = object.metadata as { managedFields?: Managed[] };
  return managedFields
    .filter(entry => entry.manager === manager && entry.subresource === undefined)
    .flatMap(({ fieldsV1 = {} }) => leaves(fieldsV1, []));
}

function leaves(fields: Record<string, unknown>, path: FieldPath): FieldPath[] {
  const steps = Object.entries(fields).filter(([name]) => name !== '.');
  if (steps.length === 0) return path.length === 0 ? [] : [path];
  return steps.flatMap(([name, inner]) => leaves(inner as Record<string, unknown>, [...path, parseStep(name)]));
}

function parseStep(name: string): Step {
  const [kind, text] = [name.slice(0, 2), name.slice(2)];
  return kind === 'k:' ? { item: JSON.parse(text) as Record<string, unknown> } : { key: text };
}

/** How the path is written for people. */
export const describePath = (path: FieldPath): string =>
  path.map(step => ('key' in step ? `.${step.key}` : `[${Object.values(step.item).join('/')}]`)).join('');

/** What a hand may do to a field. */
export type FieldMutation = 'changed' | 'removed';

/** A copy of the object whose field somebody has changed or removed; undefined where it has no other value to take. */
export function mutateField<T extends object>(object: T, path: FieldPath, meddling: FieldMutation): T | undefined {
  const copy = structuredClone(object);
  const last = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>(follow, copy);
  if (last === undefined || typeof holder !== 'object' || holder === null) return undefined;
  const place = placeOf(holder, last);
  if (place === undefined) return undefined;
  if (meddling === 'removed') {
    if (Array.isArray(holder)) holder.splice(Number(place), 1);
    else Reflect.deleteProperty(holder, place);
    return copy;
  }
  const other = otherValue(Reflect.get(holder, place), isEncoded(path));
  return other !== undefined && Reflect.set(holder, place, other) ? copy : undefined;
}

function follow(holder: unknown, step: Step): unknown {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const place = placeOf(holder, step);
  return place === undefined ? undefined : Reflect.get(holder, place);
}

function placeOf(holder: object, step: Step): string | undefined {
  if ('key' in step) return step.key;
  if (!Array.isArray(holder)) return undefined;
  const index = holder.findIndex((item: Record<string, unknown>) =>
    Object.entries(step.item).every(([key, value]) => item[key] === value),
  );
  return index < 0 ? undefined : String(index);
}

/** What a Secret holds is written in base64. */
const isEncoded = ([first]: FieldPath): boolean => first !== undefined && 'key' in first && first.key === 'data';

function otherValue(value: unknown, encoded: boolean): unknown {
  if (typeof value === 'string' && encoded)
    return Buffer.from(`${Buffer.from(value, 'base64').toString()}x`).toString('base64');
  if (typeof value === 'string') return `${value}x`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : undefined;
}
