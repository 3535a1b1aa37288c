import { objectPath } from '../../runtime/api-paths';
import { childKind, type Child } from '../children';

/** Where the API server keeps a child. */
export function childPath(kind: Child['kind'], namespace: string, name: string): string {
  const { apiVersion, plural } = childKind(kind);
  return objectPath(apiVersion, plural, namespace, name);
}
