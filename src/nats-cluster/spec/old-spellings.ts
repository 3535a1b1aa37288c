import type { NatsClusterSpec } from '../../../generated/nats-cluster';

type NatsConfig = NonNullable<NatsClusterSpec['natsConfig']>;

/**
 * How releases and documents of the Go operator spelled options of `natsConfig`, and the field that each is now: its first release had them as
 * nats-server has, and its own example has writeDeadline.
 */
const FIELDS = {
  writeDeadline: 'write_deadline',
  max_connections: 'maxConnections',
  max_payload: 'maxPayload',
  max_pending: 'maxPending',
  max_subscriptions: 'maxSubscriptions',
  max_control_line: 'maxControlLine',
  disable_logtime: 'disableLogtime',
} as const satisfies Partial<Record<keyof NatsConfig, keyof NatsConfig>>;

/** An old spelling that a spec uses. */
export interface OldSpelling {
  readonly old: string;
  readonly field: string;
  readonly value: unknown;
  /** What the field itself says; undefined where it is absent. */
  readonly current: unknown;
}

/** The old spellings in a `natsConfig`, whatever it is. */
export function oldSpellings(natsConfig: unknown): OldSpelling[] {
  if (!isFields(natsConfig)) return [];
  return Object.entries(FIELDS)
    .filter(([old]) => !isAbsent(natsConfig[old]))
    .map(([old, field]) => ({ old, field, value: natsConfig[old], current: presentOf(natsConfig[field]) }));
}

/** The same options by their fields alone; a field that is there wins over its old spelling. */
export function withoutOldSpellings<T>(natsConfig: T): T {
  if (!isFields(natsConfig)) return natsConfig;
  const moved = oldSpellings(natsConfig).map(({ field, value, current }) => [field, current ?? value]);
  const kept = Object.entries(natsConfig).filter(([key]) => !Object.hasOwn(FIELDS, key));
  return Object.fromEntries([...kept, ...moved]) as T;
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const presentOf = (value: unknown): unknown => (isAbsent(value) ? undefined : value);

/** As Go clients, and the API server by its defaults, write unset fields. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || value === 0 || value === false;
