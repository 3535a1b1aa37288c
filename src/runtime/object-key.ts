/** An object of a kind in the work queue and in caches: `namespace/name`. */
export type ObjectKey = string;

export const objectKey = (namespace = '', name = ''): ObjectKey => `${namespace}/${name}`;

export function splitKey(key: ObjectKey): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}
