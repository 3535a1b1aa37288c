import { ownField } from '../json/own-field';
import { parseQuantity } from './quantity';
import { isJsonObject } from '../json/json-object';
import { atomicMaps, grownLists, keyDefaults, listKeys, markers, sharedMaps } from './stored-form';

/** The path of a field: `spec.template.spec.containers[nats].image`. */
export type FieldPath = string;

/** A desired field whose live value differs. */
export interface Difference {
  readonly path: FieldPath;
  readonly desired: unknown;
  /** Undefined if the live object does not have the field. */
  readonly live: unknown;
}

/**
 * Returns all desired fields whose live values differ. Fields that are not part of the desired object are ignored: they
 * are defaults of the API server or owned by others. An atomic list or map is reported as a whole.
 */
export function findDifferences(desired: unknown, live: unknown): Difference[] {
  const found: Difference[] = [];
  compare(desired, live, '', found);
  return found;
}

function compare(desired: unknown, live: unknown, path: FieldPath, found: Difference[]): void {
  if (desired === undefined || desired === null || isSameWhenEmpty(desired, live, path)) return;
  if (Array.isArray(desired)) compareLists(desired, live, path, found);
  else if (isJsonObject(desired)) compareRecords(desired, live, path, found);
  else if (!isSameScalar(desired, live, path)) found.push({ path, desired, live });
}

function compareRecords(desired: Record<string, unknown>, stored: unknown, path: FieldPath, found: Difference[]): void {
  // Entries are compared one by one, even if the live object has no such map.
  const live = stored === undefined && sharedMaps.has(fieldOf(path)) ? {} : stored;
  const isWhole = atomicMaps.has(fieldOf(path)) && Object.values(desired).every(value => typeof value === 'string');
  if (!isJsonObject(live) || (isWhole && Object.keys(live).some(key => !Object.hasOwn(desired, key)))) {
    found.push({ path, desired, live });
    return;
  }
  for (const [key, value] of Object.entries(desired)) {
    compare(value, ownField(live, key), path === '' ? key : `${path}.${key}`, found);
  }
}

function compareLists(desired: readonly unknown[], live: unknown, path: FieldPath, found: Difference[]): void {
  const key = ownField(listKeys, fieldOf(path));
  if (!Array.isArray(live) || (key === undefined && !hasSameLength(desired, live, path))) {
    found.push({ path, desired, live });
    return;
  }
  for (const [index, item] of desired.entries()) {
    const name = key === undefined ? String(index) : mergeName(item, key);
    const counterpart: unknown =
      key === undefined ? live[index] : live.find(candidate => mergeName(candidate, key) === name);
    const itemPath = `${path}[${name}]`;
    if (counterpart === undefined) found.push({ path: itemPath, desired: item, live: undefined });
    else compare(item, counterpart, itemPath, found);
  }
}

const hasSameLength = (desired: readonly unknown[], live: readonly unknown[], path: FieldPath): boolean =>
  desired.length === live.length || (grownLists.has(fieldOf(path)) && desired.length < live.length);

function mergeName(item: unknown, keys: readonly string[]): string {
  if (!isJsonObject(item)) return '';
  return keys
    .map(key => item[key] || keyDefaults[key])
    .filter(value => typeof value === 'string' || typeof value === 'number')
    .join('/');
}

function isSameScalar(desired: unknown, live: unknown, path: FieldPath): boolean {
  if (desired === live) return true;
  const quantity = holdsQuantity(path) ? parseQuantity(desired) : undefined;
  return quantity !== undefined && quantity === parseQuantity(live);
}

/** Quantities are stored in canonical form: 1024Mi is stored as 1Gi. */
const holdsQuantity = (path: FieldPath): boolean =>
  /\.(limits|requests|overhead)\.[^.]+(\.[^.]+)*$|\.(sizeLimit|divisor|storage)$/.test(path);

/** The API server omits most empty fields, so an empty field equals a missing one. Zero and false are values. */
const isSameWhenEmpty = (desired: unknown, live: unknown, path: FieldPath): boolean =>
  isEmpty(desired) && isEmpty(live) && !(markers.has(fieldOf(path)) && live === undefined);

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.entries(value).every(([key, field]) => !markers.has(key) && isEmpty(field));
}

/** The last field name of a path: `ports` of `spec.ports`. */
const fieldOf = (path: FieldPath): string => path.slice(path.lastIndexOf('.') + 1);
