import { parseQuantity } from '../model/quantity';
import { isJsonObject } from '../model/validation/schema';
import {
  atomicMaps,
  defaultedWhenZero,
  droppedWhenZero,
  grownLists,
  keyDefaults,
  listKeys,
  markers,
} from './stored-form';

/** A field of an object as people write it: `spec.template.spec.containers[nats].image`. */
export type FieldPath = string;

/**
 * The first field that we set and that the live object does not hold as we set it; undefined where all are there.
 * Fields that we don't set are not looked at: they are the API server's defaults, or belong to others.
 */
export function findDrift(desired: unknown, live: unknown, path: FieldPath = ''): FieldPath | undefined {
  if (desired === undefined || desired === null || isSameWhenEmpty(desired, live, path)) return undefined;
  if (Array.isArray(desired)) return findListDrift(desired, live, path);
  if (isJsonObject(desired)) return findRecordDrift(desired, live, path);
  return isSameScalar(desired, live, path) ? undefined : path;
}

function findRecordDrift(desired: Record<string, unknown>, live: unknown, path: FieldPath): FieldPath | undefined {
  if (!isJsonObject(live)) return path;
  for (const [key, value] of Object.entries(desired)) {
    const drift = findDrift(value, live[key], path === '' ? key : `${path}.${key}`);
    if (drift !== undefined) return drift;
  }
  const isWhole = atomicMaps.has(fieldOf(path)) && Object.values(desired).every(value => typeof value === 'string');
  return isWhole && Object.keys(live).some(key => !(key in desired)) ? path : undefined;
}

function findListDrift(desired: unknown[], live: unknown, path: FieldPath): FieldPath | undefined {
  if (!Array.isArray(live)) return path;
  const key = listKeys[fieldOf(path)];
  const mayHaveGrown = grownLists.has(fieldOf(path)) && desired.length < live.length;
  if (key === undefined && desired.length !== live.length && !mayHaveGrown) return path;
  for (const [index, item] of desired.entries()) {
    const name = key === undefined ? String(index) : mergeName(item, key);
    const counterpart: unknown =
      key === undefined ? live[index] : live.find(candidate => mergeName(candidate, key) === name);
    const drift = counterpart === undefined ? `${path}[${name}]` : findDrift(item, counterpart, `${path}[${name}]`);
    if (drift !== undefined) return drift;
  }
  return undefined;
}

function mergeName(item: unknown, keys: readonly string[]): string {
  if (!isJsonObject(item)) return '';
  return keys
    .map(key => item[key] || keyDefaults[key])
    .filter(value => typeof value === 'string' || typeof value === 'number')
    .join('/');
}

function isSameScalar(desired: unknown, live: unknown, path: FieldPath): boolean {
  if (desired === live) return true;
  const field = fieldOf(path);
  const isZero = desired === false || desired === 0;
  if (isZero && live === undefined && droppedWhenZero.has(field)) return true;
  if ((desired === 0 || desired === '') && defaultedWhenZero.has(field)) return true;
  const quantity = holdsQuantity(path) ? parseQuantity(desired) : undefined;
  return quantity !== undefined && quantity === parseQuantity(live);
}

/** Quantities are stored in their canonical spelling, not in the user's: 1024Mi comes back as 1Gi. */
const holdsQuantity = (path: FieldPath): boolean =>
  /\.(limits|requests|overhead)\.[^.]+(\.[^.]+)*$|\.(sizeLimit|divisor|storage)$/.test(path);

/** The API server drops most of what is empty, so it is the same as what is not there. Zero and false are values. */
const isSameWhenEmpty = (desired: unknown, live: unknown, path: FieldPath): boolean =>
  isEmpty(desired) && isEmpty(live) && !(markers.has(fieldOf(path)) && live === undefined);

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.entries(value).every(([key, field]) => !markers.has(key) && isEmpty(field));
}

/** The last name of a path: `ports` of `spec.ports`. */
const fieldOf = (path: FieldPath): string => path.slice(path.lastIndexOf('.') + 1);
