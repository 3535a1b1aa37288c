import type { ClusterAccess } from '../operator/cluster-access';

/** The Kubernetes cluster that `npm start` works in. */
export interface ClusterTarget {
  readonly title: string;
  readonly access: ClusterAccess;
  /** How the reader calls kubectl for it. */
  readonly kubectl: string;
  /** Brings this checkout's operator where the nodes find it, and returns the image's name. */
  readonly provideImage: () => Promise<string>;
  /** What to do where that fails. */
  readonly imageAdvice: string;
  /** Makes client addresses of NATS pods reachable for programs started through `access`, until `close`. */
  readonly endpointsOf: (namespace: string, cluster: string, pods: readonly string[]) => Promise<Endpoints>;
  /** Claims get volumes of the default StorageClass, and may be left behind. */
  readonly hasVolumes: boolean;
  /** How to go on from here: lines for the reader. */
  readonly nextSteps: (namespace: string, cluster: string) => readonly string[];
}

export interface Endpoints {
  /** In the order of the pods that were asked for. */
  readonly addresses: readonly string[];
  readonly close: () => Promise<void>;
}
