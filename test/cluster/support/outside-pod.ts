import type { V1Container, V1Pod, V1Service, V1Volume } from '@kubernetes/client-node';
import { apply } from './kubectl';
import { getPod, isReady } from './objects';
import { waitFor } from './wait-for';

/** A pod that belongs to no NatsCluster, and the port that others find it at, by its name. */
export interface OutsidePod {
  readonly name: string;
  readonly port: number;
  readonly container: Omit<V1Container, 'name'>;
  readonly volumes?: V1Volume[];
}

/** Makes such a pod with a Service of its name, as the restricted Pod Security standard wants it; returns it when it is ready. */
export async function makeOutsidePod(namespace: string, outside: OutsidePod): Promise<V1Pod> {
  const { name, port } = outside;
  const labels = { outside: name };
  const service: V1Service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name } },
    spec: { clusterIP: 'None', selector: labels, ports: [{ port }] },
  };
  await apply([podOf(outside, labels), service].map(object => JSON.stringify(object)).join('\n---\n'), namespace);
  return waitFor(
    async () => {
      const pod = await getPod(namespace, name);
      return pod !== undefined && isReady(pod) ? pod : Promise.reject(new Error(JSON.stringify(pod?.status)));
    },
    { what: `the pod ${name}` },
  );
}

function podOf({ name, container, volumes = [] }: OutsidePod, labels: Record<string, string>): V1Pod {
  const securityContext = {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
    runAsNonRoot: true,
    runAsUser: 1000,
    seccompProfile: { type: 'RuntimeDefault' },
  };
  return {
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels } },
    spec: {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', securityContext, ...container }],
      volumes,
    },
  };
}
