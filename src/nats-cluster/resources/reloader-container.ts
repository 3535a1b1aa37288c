import type { V1Container, V1Volume, V1VolumeMount } from '@kubernetes/client-node';
import { posix } from 'node:path';
import type { ResolvedCluster } from '../spec/resolve-cluster';
import { RELOAD_REQUESTED_ANNOTATION } from '../spec/labels';
import { CONFIG_FOLDER, POD_INFO_VOLUME, RELOADER_CONTAINER } from '../spec/pod-parts';
import { tlsConnections } from '../spec/tls-files';
import { PID_FILE } from './nats-container';
import { containerSecurityContext } from './security';

const POD_INFO_FOLDER = '/etc/pod-info';
const RELOAD_REQUEST = 'reload-requested';

/**
 * The sidecar `reloader`, if the spec requests it: it signals the server of its pod to reload when one of its files changes.
 *
 * @param nats the server's container, whose mounts and user it shares: signals of other users would be rejected
 */
export function reloaderContainers(model: ResolvedCluster, nats: V1Container, configKey: string): V1Container[] {
  const { reloader } = model.pod;
  if (reloader === undefined) return [];
  const files = watchedFiles(model, configKey);
  return [
    {
      name: RELOADER_CONTAINER,
      image: reloader.image,
      imagePullPolicy: reloader.pullPolicy,
      command: ['nats-server-config-reloader', '-pid', PID_FILE, ...files.flatMap(file => ['-config', file])],
      volumeMounts: [...mountsOf(nats, [PID_FILE, ...files]), { name: POD_INFO_VOLUME, mountPath: POD_INFO_FOLDER }],
      resources: reloader.resources,
      securityContext: { ...containerSecurityContext, ...userOf(nats) },
      terminationMessagePolicy: 'FallbackToLogsOnError',
    },
  ];
}

/** A file by which the operator requests a reload even where no other file changes. */
export const podInfoVolumes = ({ pod }: ResolvedCluster): V1Volume[] => {
  if (pod.reloader === undefined) return [];
  const fieldRef = { fieldPath: `metadata.annotations['${RELOAD_REQUESTED_ANNOTATION}']` };
  return [{ name: POD_INFO_VOLUME, downwardAPI: { items: [{ path: RELOAD_REQUEST, fieldRef }] } }];
};

/** Every file that a server reads at a reload, once each, and the operator's request. */
function watchedFiles({ tls, auth }: ResolvedCluster, configKey: string): string[] {
  const certificates = tlsConnections.flatMap(connection => {
    const files = tls[connection];
    return files === undefined ? [] : [files.ca, files.cert, files.key].filter(file => file !== undefined);
  });
  const users = auth.include === undefined ? [] : [posix.resolve(CONFIG_FOLDER, auth.include)];
  const all = [
    posix.join(CONFIG_FOLDER, configKey),
    ...users,
    ...certificates,
    posix.join(POD_INFO_FOLDER, RELOAD_REQUEST),
  ];
  return [...new Set(all)];
}

/** The server's mounts that hold one of these files, to be read only. */
function mountsOf({ volumeMounts = [] }: V1Container, files: readonly string[]): V1VolumeMount[] {
  const isNeeded = ({ mountPath }: V1VolumeMount): boolean => files.some(file => isWithin(mountPath, file));
  return volumeMounts.filter(isNeeded).map(mount => ({ ...mount, readOnly: true }));
}

const isWithin = (folder: string, file: string): boolean => !posix.relative(folder, file).startsWith('..');

function userOf({
  securityContext,
}: V1Container): Pick<NonNullable<V1Container['securityContext']>, 'runAsUser' | 'runAsGroup'> {
  const { runAsUser, runAsGroup } = securityContext ?? {};
  return {
    ...(runAsUser === undefined ? {} : { runAsUser }),
    ...(runAsGroup === undefined ? {} : { runAsGroup }),
  };
}
