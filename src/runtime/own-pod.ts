import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The pod that this process runs in. Beside a cluster, as in development, it stands for one. */
export interface OwnPod {
  readonly name: string;
  /** Undefined where the process is in no pod and nothing says where it belongs. */
  readonly namespace: string | undefined;
}

/** @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/** By the downward API's variables, POD_NAME and POD_NAMESPACE; without them, as under `pepr deploy`, a pod's host name is its own. */
export function ownPod(environment: NodeJS.ProcessEnv): OwnPod {
  const { POD_NAME, POD_NAMESPACE } = environment;
  return { name: POD_NAME || hostname(), namespace: POD_NAMESPACE || readNamespace() };
}

/**
 * The operator as people know it, `namespace/Deployment`: the same for all of its replicas, so that one that takes over changes no status.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/deployment/sync.go the name of a ReplicaSet ends with a hash, and that of its pod with five more characters
 */
export const operatorName = ({ name, namespace }: OwnPod): string =>
  [namespace, name.replace(/-[a-z0-9]{1,10}-[a-z0-9]{5}$/, '')].filter(part => part !== undefined).join('/');

function readNamespace(): string | undefined {
  return existsSync(NAMESPACE_FILE) ? readFileSync(NAMESPACE_FILE, 'utf8').trim() : undefined;
}
