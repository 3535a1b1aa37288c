/**
 * How the API server's stored form of an object differs from the applied one, for the kinds that the operator writes.
 * Derived from their x-kubernetes-list-map-keys and x-kubernetes-map-type, and from their Go types.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/api/core/v1/types.go
 */

/** Associative lists, which server-side apply merges by key; all other lists are atomic. */
export const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  claims: ['name'],
  resourceClaims: ['name'],
  schedulingGates: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  ports: ['containerPort', 'port', 'protocol'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
};

/** Lists that the API server appends to: a dual-stack Service gets the second IP family. */
export const grownLists: ReadonlySet<string> = new Set(['ipFamilies']);

/** Defaults of merge keys: a port without a protocol is TCP. */
export const keyDefaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** Atomic maps: an added entry changes their meaning. */
export const atomicMaps: ReadonlySet<string> = new Set(['selector', 'nodeSelector', 'matchLabels']);

/** Maps whose entries are owned by several writers. */
export const sharedMaps: ReadonlySet<string> = new Set(['annotations', 'labels']);

/** Structs that are significant even when empty. */
export const markers: ReadonlySet<string> = new Set(['emptyDir']);
