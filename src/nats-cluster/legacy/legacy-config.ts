import type { V1Pod } from '@kubernetes/client-node';
import type { Conf } from '../../nats/conf/conf';
import { WANTED_KEY, withLiveParts } from '../config/config-revisions';
import type { ChildSecret } from '../child';
import type { Observed } from '../observed';
import { configFileOf, natsContainerOf } from '../rollout/restart-reason';

/**
 * The files of the configuration Secret as they have to be while pods of the Go operator live. These read `nats.conf` itself, at each
 * restart and whenever their reloader sees it change: so it stays as the Go operator wrote it but for what every generation takes
 * over. An old server might not know the new one, or would refuse to reload for an option that needs a restart.
 */
export function withLegacyFile(
  files: Readonly<Record<string, string>>,
  wanted: Conf,
  secret: ChildSecret | undefined,
  { pods }: Observed,
): Readonly<Record<string, string>> {
  const stored = secret?.data?.[WANTED_KEY];
  if (stored === undefined || !pods.some(readsWantedFile)) return files;
  return { ...files, [WANTED_KEY]: withLiveParts(Buffer.from(stored, 'base64').toString(), wanted) };
}

const readsWantedFile = (pod: V1Pod): boolean =>
  configFileOf(natsContainerOf(pod))?.endsWith(`/${WANTED_KEY}`) ?? false;
