/**
 * Builds a path from names, which are untrusted: each is encoded as one segment.
 *
 * @throws RangeError for a segment that is empty, `.` or `..`, which a URL normalizes despite encoding
 */
const below = (base: '/api/v1' | `/apis/${string}`, ...parts: readonly string[]): string =>
  [base, ...parts.map(segment)].join('/');

function segment(name: string): string {
  if (!isPathSegment(name)) throw new RangeError(`${JSON.stringify(name)} is not the name of an object`);
  return encodeURIComponent(name);
}

/** Whether a name is usable as a path segment. */
export const isPathSegment = (name: string): boolean => name !== '' && name !== '.' && name !== '..';

/** The path of a collection; `plural` as in RBAC rules. */
export const collectionPath = (apiVersion: string, plural: string, namespace: string): string =>
  below(apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`, 'namespaces', namespace, plural);

export const objectPath = (apiVersion: string, plural: string, namespace: string, name: string): string =>
  `${collectionPath(apiVersion, plural, namespace)}/${segment(name)}`;

export const podsPath = (namespace: string): string => below('/api/v1', 'namespaces', namespace, 'pods');

export const podPath = (namespace: string, name: string): string => `${podsPath(namespace)}/${segment(name)}`;

export const claimsPath = (namespace: string): string => collectionPath('v1', 'persistentvolumeclaims', namespace);

export const claimPath = (namespace: string, name: string): string =>
  objectPath('v1', 'persistentvolumeclaims', namespace, name);

export const secretPath = (namespace: string, name: string): string => objectPath('v1', 'secrets', namespace, name);

export const revisionPath = (namespace: string, name: string): string =>
  below('/apis/apps/v1', 'namespaces', namespace, 'controllerrevisions', name);

/** Events of the core API, the only one with a field selector for the involved object, and with a count. */
export const eventsPath = (namespace: string): string => below('/api/v1', 'namespaces', namespace, 'events');

export const eventPath = (namespace: string, name: string): string => `${eventsPath(namespace)}/${segment(name)}`;

/** Where a ServiceAccount's tokens are asked for. */
export const tokenRequestPath = (namespace: string, account: string): string =>
  below('/api/v1', 'namespaces', namespace, 'serviceaccounts', account, 'token');

export const secretsPath = (namespace: string): string => collectionPath('v1', 'secrets', namespace);

export const leasesPath = (namespace: string): string =>
  below('/apis/coordination.k8s.io/v1', 'namespaces', namespace, 'leases');

export const leasePath = (namespace: string, name: string): string => `${leasesPath(namespace)}/${segment(name)}`;
