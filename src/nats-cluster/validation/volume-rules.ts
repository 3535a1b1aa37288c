import { posix } from 'node:path';
import { OWN_MOUNT_PATHS, OWN_VOLUMES } from '../spec/pod-parts';
import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';
import { templateContainers } from './template-containers';

/** The template's volumes don't take the names of the operator's. */
export function volumeNamesAreFree({ spec }: ReviewedCluster): Problem[] {
  return (spec.template?.spec?.volumes ?? []).flatMap(({ name }, index) =>
    OWN_VOLUMES.includes(name ?? '')
      ? [
          {
            path: `spec.template.spec.volumes[${index}].name`,
            message: `${String(name)} is the name of the operator's own volume`,
            hint: 'choose another name',
          },
        ]
      : [],
  );
}

/** A volume comes from one place; from none it is empty. */
export function volumesHaveOneSource({ spec }: ReviewedCluster): Problem[] {
  return (spec.template?.spec?.volumes ?? []).flatMap((volume, index) => {
    const given = Object.keys(volume)
      .filter(key => key !== 'name')
      .sort();
    if (given.length < 2) return [];
    const path = `spec.template.spec.volumes[${index}]`;
    return [{ path, message: `has ${given.length} sources, ${given.join(' and ')}`, hint: 'make it two volumes' }];
  });
}

/** Every mount names a volume that exists, or the pods would never start. */
export function mountedVolumesExist({ spec }: ReviewedCluster): Problem[] {
  const volumes = [...OWN_VOLUMES, ...(spec.template?.spec?.volumes ?? []).map(({ name }) => name)];
  return mounts({ spec })
    .filter(({ name }) => !volumes.includes(name ?? ''))
    .map(({ path, name }) => ({
      path: `${path}.name`,
      message: name === undefined ? 'must be set, to the name of a volume' : `there is no volume ${name}`,
      hint: 'define it in spec.template.spec.volumes',
    }));
}

/**
 * No mount of the nats container hides a folder that the operator mounts, and no two have one path. One may lie inside another:
 * the kubelet makes room for it (as in the Go operator's example with clientsAuthFile).
 */
export function mountPathsAreFree({ spec }: ReviewedCluster): Problem[] {
  const seen = new Set<string>();
  return natsMounts(spec).flatMap(({ path, mountPath }) => {
    const folder = cleanPath(mountPath ?? '');
    const isTwice = seen.has(folder);
    seen.add(folder);
    const message = hiddenBy(folder) ?? (isTwice ? `${folder} is mounted twice` : undefined);
    return message === undefined ? [] : [{ path: `${path}.mountPath`, message, hint: 'choose another path' }];
  });
}

function hiddenBy(folder: string): string | undefined {
  if (OWN_MOUNT_PATHS.includes(folder)) return `the operator mounts ${folder} itself`;
  const own = OWN_MOUNT_PATHS.find(path => isWithin(path, folder));
  return own === undefined ? undefined : `${folder} would hide ${own}, which the operator mounts`;
}

/** A path as the kubelet mounts it: from the root, without `.`, `..`, double or trailing slashes. */
const cleanPath = (path: string): string => posix.resolve('/', path);

/** Whether a path of a container lies in a folder of it, or is that folder. */
export const isWithin = (path: string, folder: string): boolean =>
  !/^\.\.(\/|$)/.test(posix.relative(cleanPath(folder), cleanPath(path)));

/** What the nats container mounts besides the operator's own. */
export const natsMounts = (spec: ReviewedCluster['spec']): Mount[] => mounts({ spec }).filter(({ isNats }) => isNats);

export interface Mount {
  readonly path: string;
  readonly isNats: boolean;
  readonly name: string | undefined;
  readonly mountPath: string | undefined;
  readonly subPathExpr: string | undefined;
}

function mounts({ spec }: Pick<ReviewedCluster, 'spec'>): Mount[] {
  const ofPod = (spec.pod?.volumeMounts ?? []).map(({ name, mountPath, subPathExpr }, index) => ({
    path: `spec.pod.volumeMounts[${index}]`,
    isNats: true,
    name,
    mountPath,
    subPathExpr,
  }));
  const ofTemplate = templateContainers(spec).flatMap(({ path, container, isNats }) =>
    (container.volumeMounts ?? []).map(({ name, mountPath, subPathExpr }, index) => ({
      path: `${path}.volumeMounts[${index}]`,
      isNats,
      name,
      mountPath,
      subPathExpr,
    })),
  );
  return [...ofPod, ...ofTemplate];
}
