/** A Kubernetes object, or a part of one, as the API server sees it: nothing but JSON. */
export type Json = Record<string, unknown>;

/** An object as it is stored. */
export interface Stored extends Json {
  readonly kind: string;
  readonly metadata: StoredMetadata;
}

export interface StoredMetadata extends Json {
  readonly name: string;
  readonly uid?: string;
  readonly generation?: number;
  readonly resourceVersion?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly ownerReferences?: readonly Owner[];
}

export interface Owner {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The member of that key, or an empty object where there is none. */
export function part(value: unknown, ...path: readonly string[]): Json {
  const found = path.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), value);
  return isJson(found) ? found : {};
}

/** The items of a list of objects. */
export const items = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** Whether two values print as the same JSON, whatever the order of their members. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => isSame(item, b[i]));
  if (!isJson(a) || !isJson(b)) return a === b;
  const [keys, others] = [definedKeys(a), definedKeys(b)];
  return keys.length === others.length && keys.every(key => isSame(a[key], b[key]));
}

const definedKeys = (object: Json): string[] => Object.keys(object).filter(key => object[key] !== undefined);

/** The uid of the object that controls this one. */
export const controllerOf = (owners: readonly Owner[] | undefined): string | undefined =>
  owners?.find(({ controller }) => controller === true)?.uid;
