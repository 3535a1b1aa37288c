import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** The pod of this process. Outside of a cluster, as in development, it identifies the process. */
export interface OwnPod {
  readonly name: string;
  /** Undefined if the process runs in no pod and no namespace is configured. */
  readonly namespace: string | undefined;
}

/** @see https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api */
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

/**
 * From the variables POD_NAME and POD_NAMESPACE (downward API), or, as under `pepr deploy`, from the host name and the
 * service account.
 */
export function ownPod(environment: NodeJS.ProcessEnv): OwnPod {
  const { POD_NAME, POD_NAMESPACE } = environment;
  return { name: POD_NAME || hostname(), namespace: POD_NAMESPACE || readNamespace() };
}

/**
 * The name of the operator, `namespace/Deployment`: the same for all replicas, so that a new leader changes no status.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/deployment/sync.go the name of a ReplicaSet
 * ends with a hash, and that of its pod with five more characters
 */
export const operatorName = ({ name, namespace }: OwnPod): string =>
  [namespace, name.replace(/-[a-z0-9]{1,10}-[a-z0-9]{5}$/, '')].filter(part => part !== undefined).join('/');

function readNamespace(): string | undefined {
  return existsSync(NAMESPACE_FILE) ? readFileSync(NAMESPACE_FILE, 'utf8').trim() : undefined;
}
