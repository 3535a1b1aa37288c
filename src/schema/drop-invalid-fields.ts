import { fieldPath } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * A copy of the value without the fields at these paths. A list that holds one is left out whole, for the other items' places
 * would shift.
 */
export function dropInvalidFields(value: unknown, faults: ReadonlySet<string>, path = ''): unknown {
  if (faults.has(path)) return undefined;
  if (Array.isArray(value)) return validItems(value, faults, path);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([key, field]) => [
    key,
    dropInvalidFields(field, faults, fieldPath(path, key)),
  ]);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

function validItems(list: readonly unknown[], faults: ReadonlySet<string>, path: string): unknown {
  const items = list.map((item, index) => dropInvalidFields(item, faults, fieldPath(path, index)));
  return items.includes(undefined) ? undefined : items;
}
