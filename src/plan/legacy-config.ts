import type { V1Pod } from '@kubernetes/client-node';
import { WANTED_KEY } from '../conf/generations';
import { natsConf } from '../conf/nats-conf';
import { printConf } from '../conf/print';
import type { ClusterModel } from '../model/cluster-model';
import { VERSION_ANNOTATION } from '../model/labels';
import type { Observed } from '../model/observed';
import { isAtLeast, parseServerVersion, type ServerVersion } from '../model/server-version';
import { configFileOf, natsContainerOf } from './rollout-reason';

/**
 * The files of the configuration Secret as they have to be while pods of the Go operator live: they read `nats.conf` itself, at each
 * restart and whenever their reloader sees it change, so that it must hold nothing that the oldest of them does not know.
 */
export function withLegacyFile(
  files: Readonly<Record<string, string>>,
  model: ClusterModel,
  { pods }: Observed,
): Readonly<Record<string, string>> {
  const oldest = pods
    .filter(readsWantedFile)
    .flatMap(({ metadata }) => parseServerVersion(metadata?.annotations?.[VERSION_ANNOTATION] ?? '') ?? [])
    .reduce((one: ServerVersion, other) => (isAtLeast(one, other.release) ? other : one), model.version);
  return oldest === model.version
    ? files
    : { ...files, [WANTED_KEY]: printConf(natsConf({ ...model, version: oldest })) };
}

const readsWantedFile = (pod: V1Pod): boolean =>
  configFileOf(natsContainerOf(pod))?.endsWith(`/${WANTED_KEY}`) ?? false;
