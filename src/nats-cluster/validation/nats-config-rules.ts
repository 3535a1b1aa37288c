import { confKey } from '../../nats/conf/conf-key';
import { parseDuration } from '../../nats/duration';
import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';

/** NATS' own advice; the server logs a warning above it (server/const.go, MAX_PAYLOAD_MAX_SIZE). */
const ADVISED_PAYLOAD = 8 * 1024 * 1024;

/** A server rejects a grace period that is not lower than the lame duck duration (server/server.go, validateOptions). */
export function lameDuckOutlastsGrace({ spec }: ReviewedCluster): Problem[] {
  const extra = spec.natsConfig?.extra ?? {};
  const [, value] = Object.entries(extra).find(([key]) => confKey(key) === 'lame_duck_grace_period') ?? [];
  const grace = typeof value === 'string' ? parseDuration(value) : undefined;
  const duration = spec.lameDuckDurationSeconds ?? 0;
  if (grace === undefined || grace < duration * 1000) return [];
  return [
    {
      path: 'spec.natsConfig.extra.lame_duck_grace_period',
      message: `must be lower than spec.lameDuckDurationSeconds, ${duration} s, got ${grace / 1000} s`,
      hint: 'lower it or raise spec.lameDuckDurationSeconds',
    },
  ];
}

/** Warns of messages so large that NATS advises against them. */
export function payloadIsModerate({ spec }: ReviewedCluster): Problem[] {
  const { maxPayload = 0 } = spec.natsConfig ?? {};
  if (maxPayload <= ADVISED_PAYLOAD) return [];
  return [
    {
      path: 'spec.natsConfig.maxPayload',
      message: `NATS advises against messages of more than 8388608 bytes, got ${maxPayload}`,
      hint: 'the object store of JetStream splits larger ones into chunks',
    },
  ];
}

/** Warns of a log that shows what clients send. */
export function traceIsOff({ spec }: ReviewedCluster): Problem[] {
  if (!spec.natsConfig?.trace) return [];
  return [
    {
      path: 'spec.natsConfig.trace',
      message: 'every message is logged, with its payload',
      hint: 'disable it after debugging',
    },
  ];
}
