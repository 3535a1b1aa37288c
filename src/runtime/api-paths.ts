/**
 * A path below a group's version, of parts that are names. Whatever they hold, they lead nowhere else: a name with slashes stays one part.
 *
 * @throws RangeError where a part is empty or only dots, which no encoding keeps a URL from folding
 */
const below = (base: '/api/v1' | `/apis/${string}`, ...parts: readonly string[]): string =>
  [base, ...parts.map(segment)].join('/');

function segment(name: string): string {
  if (!isPathSegment(name)) throw new RangeError(`${JSON.stringify(name)} is no name of an object`);
  return encodeURIComponent(name);
}

/** Whether an object can have the name, as far as paths go. */
export const isPathSegment = (name: string): boolean => name !== '' && name !== '.' && name !== '..';

/** Where the API server keeps the objects of a kind; the plural is the one that RBAC names. */
export const collectionPath = (apiVersion: string, plural: string, namespace: string): string =>
  below(apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`, 'namespaces', namespace, plural);

export const objectPath = (apiVersion: string, plural: string, namespace: string, name: string): string =>
  `${collectionPath(apiVersion, plural, namespace)}/${segment(name)}`;

export const podsPath = (namespace: string): string => below('/api/v1', 'namespaces', namespace, 'pods');

export const podPath = (namespace: string, name: string): string => `${podsPath(namespace)}/${segment(name)}`;

export const clusterPath = (namespace: string, name: string): string =>
  below('/apis/nats.io/v1alpha2', 'namespaces', namespace, 'natsclusters', name);

export const clusterStatusPath = (namespace: string, name: string): string => `${clusterPath(namespace, name)}/status`;

export const secretPath = (namespace: string, name: string): string => objectPath('v1', 'secrets', namespace, name);

export const revisionPath = (namespace: string, name: string): string =>
  below('/apis/apps/v1', 'namespaces', namespace, 'controllerrevisions', name);

/** Events of the core API: only there may they be selected by the object that they are about, and have a count. */
export const eventsPath = (namespace: string): string => below('/api/v1', 'namespaces', namespace, 'events');

export const eventPath = (namespace: string, name: string): string => `${eventsPath(namespace)}/${segment(name)}`;

export const serviceRolePath = (namespace: string, name: string): string =>
  below('/apis/nats.io/v1alpha2', 'namespaces', namespace, 'natsserviceroles', name);

/** Where a ServiceAccount's tokens are asked for. */
export const tokenRequestPath = (namespace: string, account: string): string =>
  below('/api/v1', 'namespaces', namespace, 'serviceaccounts', account, 'token');

export const secretsPath = (namespace: string): string => collectionPath('v1', 'secrets', namespace);

export const leasesPath = (namespace: string): string =>
  below('/apis/coordination.k8s.io/v1', 'namespaces', namespace, 'leases');

export const leasePath = (namespace: string, name: string): string => `${leasesPath(namespace)}/${segment(name)}`;
