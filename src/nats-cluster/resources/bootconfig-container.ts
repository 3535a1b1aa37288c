import type { V1Container, V1VolumeMount } from '@kubernetes/client-node';
import { posix } from 'node:path';
import { advertiseFiles } from '../config/nats-conf';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { ADVERTISE_FOLDER, ADVERTISE_VOLUME, CONFIG_FOLDER } from '../spec/pod-parts';
import { containerSecurityContext } from './security';

/** Where `bootconfig` writes and the server reads: inside the folder of nats.conf, for which the kubelet makes room. */
export const advertiseMount: V1VolumeMount = {
  name: ADVERTISE_VOLUME,
  mountPath: posix.join(CONFIG_FOLDER, ADVERTISE_FOLDER),
};

/** The init container that learns the node's external address, where the spec requests to advertise it. */
export function bootconfigContainers({ pod: { bootconfigImage: image } }: ResolvedCluster): V1Container[] {
  if (image === undefined) return [];
  const files = [
    '-f',
    posix.join(CONFIG_FOLDER, advertiseFiles.clients),
    '-gf',
    posix.join(CONFIG_FOLDER, advertiseFiles.gateways),
  ];
  return [
    {
      name: 'bootconfig',
      image,
      command: ['nats-pod-bootconfig', ...files],
      env: [{ name: 'KUBERNETES_NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
      volumeMounts: [advertiseMount],
      securityContext: containerSecurityContext,
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ];
}
