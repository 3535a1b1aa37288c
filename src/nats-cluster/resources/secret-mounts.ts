import type { V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { OPERATOR_JWT_FOLDER, SECRET_VOLUMES } from '../spec/pod-parts';
import { tlsConnections } from '../spec/tls-files';

/** Where the nats container finds the Secrets of `spec.tls` and `spec.operatorConfig`, and where the reloader watches them. */
export const secretMounts = (model: ResolvedCluster): V1VolumeMount[] =>
  mountedSecrets(model).map(({ volume, folder }) => ({ name: volume, mountPath: folder, readOnly: true }));

/** The volumes to that. Their files have the mode 0644 that is Kubernetes' own: a template may choose any user for the server. */
export const secretVolumes = (model: ResolvedCluster): V1Volume[] =>
  mountedSecrets(model).map(({ volume, secret }) => ({ name: volume, secret: { secretName: secret } }));

interface MountedSecret {
  readonly volume: string;
  readonly folder: string;
  readonly secret: string;
}

function mountedSecrets({ tls, operator }: ResolvedCluster): MountedSecret[] {
  const certificates = tlsConnections.flatMap((connection): MountedSecret[] => {
    const files = tls[connection];
    return files === undefined
      ? []
      : [{ volume: SECRET_VOLUMES[connection], folder: files.folder, secret: files.secret }];
  });
  const jwt = { volume: SECRET_VOLUMES.operator, folder: OPERATOR_JWT_FOLDER };
  return operator === undefined ? certificates : [...certificates, { ...jwt, secret: operator.secret }];
}
