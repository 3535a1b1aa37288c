import type { V1Pod } from '@kubernetes/client-node';
import type { Conf } from '../../nats/conf/conf';
import { CURRENT_CONFIG_KEY, mergeReloadable } from '../config/config-revisions';
import type { ChildSecret } from '../child';
import type { Observed } from '../observed';
import { configFileOf, natsContainerOf } from '../rollout/restart-reason';

/**
 * The files of the configuration Secret as they have to be while pods of the Go operator live. These read `nats.conf` itself, at each
 * restart and whenever their reloader sees it change: so it stays as the Go operator wrote it but for what every generation takes
 * over. An old server might not know the new one, or would reject a reload for an option that needs a restart.
 */
export function withLegacyFile(
  files: Readonly<Record<string, string>>,
  desired: Conf,
  secret: ChildSecret | undefined,
  { pods }: Observed,
): Readonly<Record<string, string>> {
  const stored = secret?.data?.[CURRENT_CONFIG_KEY];
  if (stored === undefined || !pods.some(readsCurrentFile)) return files;
  return { ...files, [CURRENT_CONFIG_KEY]: mergeReloadable(Buffer.from(stored, 'base64').toString(), desired) };
}

const readsCurrentFile = (pod: V1Pod): boolean =>
  configFileOf(natsContainerOf(pod))?.endsWith(`/${CURRENT_CONFIG_KEY}`) ?? false;
