import { fieldPath } from './schema';
import { isJsonObject } from '../json/json-object';

/**
 * Returns a copy of the value without the fields at the invalid paths. A list with an invalid item is dropped as a
 * whole, because the indexes of the other items would shift.
 */
export function dropInvalidFields(value: unknown, invalid: ReadonlySet<string>, path = ''): unknown {
  if (invalid.has(path)) return undefined;
  if (Array.isArray(value)) return validItems(value, invalid, path);
  if (!isJsonObject(value)) return value;
  const fields = Object.entries(value).map(([key, field]) => [
    key,
    dropInvalidFields(field, invalid, fieldPath(path, key)),
  ]);
  return Object.fromEntries(fields.filter(([, field]) => field !== undefined));
}

function validItems(list: readonly unknown[], invalid: ReadonlySet<string>, path: string): unknown {
  const items = list.map((item, index) => dropInvalidFields(item, invalid, fieldPath(path, index)));
  return items.includes(undefined) ? undefined : items;
}
