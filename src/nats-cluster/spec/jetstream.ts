import { confKey } from '../../nats/conf/conf-key';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import { isJsonObject, type JsonObject } from '../../json/json-object';

/** Whether servers have JetStream, by `natsConfig.extra`. NATS reads keys in any case. */
export function hasJetStream({ natsConfig }: NatsClusterSpec): boolean {
  return isJetStreamOn(natsConfig?.extra);
}

/** The same, of a configuration or a part of one. */
export const isJetStreamOn = (options: unknown): boolean =>
  isJsonObject(options) && isEnabled(withLowerCaseKeys(options).jetstream);

/** The members of a block of the user's, by their keys in lower case. */
export const withLowerCaseKeys = (map: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [confKey(key), value]));

/** @see nats-server, server/opts.go, parseJetStream */
function isEnabled(jetstream: unknown): boolean {
  if (isJsonObject(jetstream)) {
    const own = withLowerCaseKeys(jetstream);
    return (own.enabled ?? own.enable) !== false;
  }
  return jetstream === true || /^enabled?$/i.test(String(jetstream));
}
