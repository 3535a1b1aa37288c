import type { V1PersistentVolumeClaim, V1StatefulSetSpec, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { selectorLabels } from '../spec/labels';
import type { ResolvedFileStorage } from '../spec/jetstream';
import { JETSTREAM_FOLDER, JETSTREAM_VOLUME } from '../spec/pod-parts';
import type { ResolvedCluster } from '../spec/resolve-cluster';

/** What a plan decides about the claims of a StatefulSet. */
export interface ClaimsPlan {
  /** Undefined if its pods have no claims. */
  readonly volumeClaimTemplates: readonly V1PersistentVolumeClaim[] | undefined;
  /** Claims are to be retained for now, whatever the spec says. */
  readonly retainsClaims?: boolean;
}

/** The template of the claims `jetstream-<pod>`, one for each server. */
export const claimTemplate = (
  cluster: string,
  { size, storageClassName, labels, annotations }: ResolvedFileStorage,
): V1PersistentVolumeClaim => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: {
    name: JETSTREAM_VOLUME,
    labels: { ...labels, ...selectorLabels(cluster) },
    annotations: { ...annotations },
  },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: size } },
    ...(storageClassName === undefined ? {} : { storageClassName }),
  },
});

/** What becomes of the claims when their server or the NatsCluster is removed. */
export function claimRetention(
  { jetstream, isHibernating }: ResolvedCluster,
  { volumeClaimTemplates, retainsClaims = false }: ClaimsPlan,
): Pick<V1StatefulSetSpec, 'persistentVolumeClaimRetentionPolicy'> {
  const retention = jetstream?.fileStorage?.retention;
  if (retainsClaims) return { persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' } };
  if (retention === undefined || volumeClaimTemplates === undefined) return {};
  // Servers that hibernate need their claims again.
  const { whenDeleted, whenScaled } = retention;
  const kept = isHibernating ? 'Retain' : whenScaled;
  return { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled: kept } };
}

/** With memory storage alone, servers still write the logs of Raft groups: those last as long as the pod. */
export const jetStreamVolumes = ({ jetstream }: ResolvedCluster): V1Volume[] =>
  jetstream === undefined || jetstream.fileStorage !== undefined ? [] : [{ name: JETSTREAM_VOLUME, emptyDir: {} }];

export const jetStreamMounts = ({ jetstream }: ResolvedCluster): V1VolumeMount[] =>
  jetstream === undefined ? [] : [{ name: JETSTREAM_VOLUME, mountPath: JETSTREAM_FOLDER }];
