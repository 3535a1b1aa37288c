import { NAME, NAMESPACE, PEPR_NAMESPACE } from '../install/names';
import { ADMISSION, MODULE, WATCHER } from './names';

/** A way by which a cluster-wide operator comes to a cluster, and what it is there. */
export interface Way {
  readonly namespace: string;
  /** Of its Deployments. */
  readonly selector: string;
  /** How many replicas each Deployment has, and whether they look after NatsClusters. */
  readonly deployments: readonly { readonly name: string; readonly replicas: number; readonly watches: boolean }[];
  /** Both configurations, and the webhook in each. */
  readonly webhooks: { readonly configuration: string; readonly name: string };
}

/** `kubectl apply -f deploy/cluster-wide`, or the chart. */
export const byManifests: Way = {
  namespace: NAMESPACE,
  selector: `app.kubernetes.io/name=${NAME}`,
  deployments: [{ name: NAME, replicas: 2, watches: true }],
  webhooks: { configuration: NAME, name: 'nats-operator.nats.io' },
};

export const byPepr: Way = {
  namespace: PEPR_NAMESPACE,
  selector: `pepr.dev/uuid=${MODULE}`,
  deployments: [
    { name: WATCHER, replicas: 1, watches: true },
    { name: ADMISSION, replicas: 2, watches: false },
  ],
  webhooks: { configuration: ADMISSION, name: `${ADMISSION}.pepr.dev` },
};
