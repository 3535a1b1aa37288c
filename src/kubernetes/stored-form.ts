/**
 * How the API server stores what we apply, as far as it differs from the words that it is applied in. From the
 * x-kubernetes-list-map-keys and x-kubernetes-map-type of the kinds that we write, and from their Go types.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/staging/src/k8s.io/api/core/v1/types.go
 */

/** The lists that server-side apply merges by key, so that others may add to them; all other lists are one value. */
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

/** The lists that the API server adds to: a Service that may have both IP families gets the second one. */
export const grownLists: ReadonlySet<string> = new Set(['ipFamilies']);

/** The API server adds the protocol where a port names none. */
export const keyDefaults: Readonly<Record<string, string>> = { protocol: 'TCP' };

/** The maps that are one value: what others add to them changes what they say. */
export const atomicMaps: ReadonlySet<string> = new Set(['selector', 'nodeSelector', 'matchLabels']);

/** The maps that many write to, each their own entries. */
export const sharedMaps: ReadonlySet<string> = new Set(['annotations', 'labels']);

/** Structures that say something by being there, even with nothing in them. */
export const markers: ReadonlySet<string> = new Set(['emptyDir']);
