import { DEFAULT_SIZE } from '../spec/resolve-cluster';
import type { Problem } from '../../schema/problem';
import { isJetStreamOn, withLowerCaseKeys } from '../spec/jetstream';
import type { ReviewedCluster } from './rule';
import { isJsonObject } from '../../json/json-object';
import { templateContainers } from './template-containers';
import { isWithin, natsMounts, type Mount } from './volume-rules';

/** @see nats-server, server/opts.go, parseJetStream */
const STORES = ['store', 'store_dir', 'storedir'];

/** JetStream by `natsConfig.extra` keeps its files in a volume: it can't be started without any, and the server's own file system is read-only. */
export function jetStreamHasRoom({ spec }: ReviewedCluster): Problem[] {
  if (!isJetStreamOn(spec.natsConfig?.extra) || canWriteAnywhere(spec)) return [];
  const store = storeFolder(spec);
  if (store !== undefined && natsMounts(spec).some(({ mountPath = '' }) => isWithin(store, mountPath))) return [];
  const message = 'needs a store_dir in a volume, for the file system of the server is read-only';
  const hint = 'mount one by spec.template.spec.volumes and spec.pod.volumeMounts';
  return [{ path: 'spec.natsConfig.extra.jetstream', message, hint }];
}

/** Volumes of which every pod has one of its own. */
const OWN_OF_EACH_POD = ['emptyDir', 'ephemeral', 'csi', 'hostPath'];

/** Servers that keep their streams in one folder destroy each other's: a volume that all pods share is divided by the name of the pod. */
export function jetStreamFolderIsNotShared({ spec }: ReviewedCluster): Problem[] {
  const store = storeFolder(spec);
  if (store === undefined || (spec.size ?? DEFAULT_SIZE) < 2) return [];
  const mount = natsMounts(spec)
    .filter(({ mountPath = '' }) => isWithin(store, mountPath))
    .sort((a, b) => depth(b) - depth(a))[0];
  if (mount === undefined || /\$\([^)]+\)/.test(mount.subPathExpr ?? '')) return [];
  const volume = (spec.template?.spec?.volumes ?? []).find(({ name }) => name === mount.name);
  const source = Object.keys(volume ?? {}).find(key => key !== 'name');
  if (source === undefined || OWN_OF_EACH_POD.includes(source)) return [];
  return [
    {
      path: mount.path,
      message: `gives all servers the same JetStream store directory, in the ${source} of the volume ${String(mount.name)}: they would overwrite each other's streams`,
      hint: 'set subPathExpr: $(POD_NAME) on the mount, or size: 1',
    },
  ];
}

/** How far down a mount lies: the deepest that holds a file is where the file is. */
const depth = ({ mountPath = '' }: Mount): number => mountPath.split('/').filter(part => part !== '').length;

/** Where JetStream keeps its files; undefined where it is off, or unknown. */
function storeFolder(spec: ReviewedCluster['spec']): string | undefined {
  const extra = withLowerCaseKeys(spec.natsConfig?.extra ?? {});
  const { jetstream } = extra;
  if (!isJetStreamOn(spec.natsConfig?.extra)) return undefined;
  const own = isJsonObject(jetstream) ? withLowerCaseKeys(jetstream) : {};
  return STORES.map(key => own[key] ?? extra[key]).find(folder => typeof folder === 'string');
}

function canWriteAnywhere(spec: ReviewedCluster['spec']): boolean {
  const nats = templateContainers(spec).find(({ isNats }) => isNats);
  const security = nats?.container.securityContext;
  return security !== undefined && security.readOnlyRootFilesystem !== true;
}
