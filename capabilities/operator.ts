import { Log } from 'pepr';
import { ClusterController } from '../src/controller/cluster-controller';
import { KubeClient } from '../src/controller/kube-client';
import { parseScope } from '../src/controller/scope';

/** The connection to the API server that all capabilities share. */
export const kube = new KubeClient();

/** The namespaces that this operator looks after: all, unless WATCH_NAMESPACE names some. */
export const scope = parseScope(process.env.WATCH_NAMESPACE);

/** The loop that every capability's events feed. */
export const controller = new ClusterController(kube, Log, scope);
