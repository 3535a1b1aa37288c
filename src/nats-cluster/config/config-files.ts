import type { V1PodTemplateSpec } from '@kubernetes/client-node';
import type { Conf } from '../../nats/conf/conf';
import { configFiles, CURRENT_CONFIG_KEY } from './config-revisions';
import { printConf } from '../../nats/conf/print';
import { type ChildSecret, type ChildStatefulSet, isSeen } from '../child';
import { CONFIG_MOUNTED_ANNOTATION } from '../spec/labels';
import type { Observed } from '../observed';
import { ownField } from '../../json/own-field';
import { configFileOf, natsContainerOf } from '../rollout/restart-reason';

/**
 * The files of the configuration Secret: the desired one, and that of each older revision that a pod, the live
 * template or the last good one still names. While it is unknown what the StatefulSet may make pods from, none is taken away.
 */
export function planConfigFiles(
  desired: Conf,
  secret: ChildSecret | undefined,
  live: ChildStatefulSet | undefined,
  observed: Observed,
  reloads: boolean,
): Record<string, string> {
  const named = [
    ...observed.pods,
    ...(observed.legacyOrphans ?? []),
    live?.spec?.template,
    observed.lastGoodTemplate,
  ].flatMap(configKeyOf);
  const stored = secret === undefined ? {} : textsOf(secret);
  const kept = isKnown(live, observed) ? [] : Object.keys(stored);
  const older = [...named, ...kept]
    .filter(key => key !== CURRENT_CONFIG_KEY)
    // A revision whose text was deleted: its pods get the desired one, rather than none at their next start.
    .map((key): [string, string] => [key, ownField(stored, key) ?? printConf(desired)]);
  return configFiles(desired, Object.fromEntries(older), reloads);
}

/** Whether all templates of pods, the current and the desired one, have been observed. */
function isKnown(live: ChildStatefulSet | undefined, { lastGoodTemplate }: Observed): boolean {
  if (live === undefined || lastGoodTemplate !== undefined) return live === undefined || isSeen(live);
  return isSeen(live) && live.status?.currentRevision === live.status?.updateRevision;
}

/** Whether there have been servers that read the configuration Secret: once there were, it stays said. */
export const isInUse = (secret: ChildSecret | undefined, { pods }: Observed): boolean =>
  pods.length > 0 || secret?.metadata.annotations?.[CONFIG_MOUNTED_ANNOTATION] !== undefined;

/** The files as they are stored, by their keys. */
export const textsOf = ({ data = {} }: ChildSecret): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fromBase64(value)]));

/** One file as it is stored; undefined where it is not there. */
export function textOf({ data = {} }: ChildSecret, key: string): string | undefined {
  const value = ownField(data, key);
  return value === undefined ? undefined : fromBase64(value);
}

const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString();

/** The key, among the files of the configuration Secret, that a pod or a template names; none where that is no file of ours. */
export function configKeyOf(object: Parameters<typeof natsContainerOf>[0] | V1PodTemplateSpec): string[] {
  const file = configFileOf(natsContainerOf(object));
  return file === undefined ? [] : [file.slice(file.lastIndexOf('/') + 1)];
}
