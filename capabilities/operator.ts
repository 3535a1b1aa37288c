import { Log } from 'pepr';
import { ClusterController } from '../src/controller/cluster-controller';
import { KubeClient } from '../src/controller/kube-client';

/** The connection to the API server that all capabilities share. */
export const kube = new KubeClient();

/** The loop that every capability's events feed. */
export const controller = new ClusterController(kube, Log);
