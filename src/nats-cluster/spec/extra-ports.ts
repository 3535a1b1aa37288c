import { confKey } from '../../nats/conf/conf-key';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';

/** A port that `natsConfig.extra` has the server listen on. */
export interface ExtraPort {
  /** Spelled as in `extra`: `['mqtt', 'port']`. */
  readonly keys: readonly string[];
  readonly port: number;
  readonly use: string;
}

/**
 * Every port of `natsConfig.extra`: of MQTT, and of the profiler. All others have a field of their own, and may not stand there.
 *
 * @see nats-server, server/opts.go, parseMQTT and processConfigFileLine
 */
export function extraPorts({ natsConfig }: NatsClusterSpec): ExtraPort[] {
  return Object.entries(natsConfig?.extra ?? {}).flatMap(([key, value]): ExtraPort[] => {
    const option = confKey(key);
    if (option === 'prof_port') return portOf([key], value, 'profiling');
    if (option !== 'mqtt' || typeof value !== 'object' || value === null) return [];
    return Object.entries(value as Record<string, unknown>)
      .filter(([member]) => ['port', 'listen'].includes(confKey(member)))
      .flatMap(([member, its]) => portOf([key, member], its, 'MQTT'));
  });
}

/** A port as a number, or at the end of an address such as `0.0.0.0:1883`; 0 and less is a port of the server's own choice, or none. */
function portOf(keys: readonly string[], value: unknown, use: string): ExtraPort[] {
  const port = typeof value === 'string' ? Number(/(?:^|:)(\d+)$/.exec(value)?.[1]) : value;
  return typeof port === 'number' && port > 0 ? [{ keys, port, use }] : [];
}
