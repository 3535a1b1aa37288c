import type { Problem } from '../problem';
import type { ReviewedCluster } from './rule';
import { isJsonObject, type JsonObject } from './schema';
import { templateContainers } from './template-containers';
import { isWithin, natsMounts } from './volume-rules';

/** @see nats-server, server/opts.go, parseJetStream */
const STORES = ['store', 'store_dir', 'storedir'];

/** JetStream by `natsConfig.extra` keeps its files in a volume: it can't be started without any, and the server's own file system is read-only. */
export function jetStreamHasRoom({ spec }: ReviewedCluster): Problem[] {
  const extra = byLowerCase(spec.natsConfig?.extra ?? {});
  const { jetstream } = extra;
  if (!isEnabled(jetstream) || canWriteAnywhere(spec)) return [];
  const own = isJsonObject(jetstream) ? byLowerCase(jetstream) : {};
  const store = STORES.map(key => own[key] ?? extra[key]).find(folder => typeof folder === 'string');
  const isMounted = natsMounts(spec).some(({ mountPath = '' }) => isWithin(String(store), mountPath));
  if (store !== undefined && isMounted) return [];
  const message = 'needs a store_dir in a volume, for the file system of the server is read-only';
  const hint = 'mount one by spec.template.spec.volumes and spec.pod.volumeMounts';
  return [{ path: 'spec.natsConfig.extra.jetstream', message, hint }];
}

function isEnabled(jetstream: unknown): boolean {
  if (isJsonObject(jetstream)) return (byLowerCase(jetstream).enabled ?? byLowerCase(jetstream).enable) !== false;
  return jetstream === true || /^enabled?$/i.test(String(jetstream));
}

function canWriteAnywhere(spec: ReviewedCluster['spec']): boolean {
  const nats = templateContainers(spec).find(({ isNats }) => isNats);
  const security = nats?.container.securityContext;
  return security !== undefined && security.readOnlyRootFilesystem !== true;
}

const byLowerCase = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toLowerCase(), value]));
