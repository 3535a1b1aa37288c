import { confKey } from './conf/conf-key';
import { parseDuration } from './duration';
import { parseSize } from './size';

/** The type of an option's value. */
export interface OptionType {
  /** Description for a message: `must be …`. */
  readonly what: string;
  readonly takes: (value: unknown) => boolean;
}

const isDuration = (value: unknown): boolean => typeof value === 'string' && parseDuration(value) !== undefined;

const BOOLEAN: OptionType = { what: 'true or false', takes: value => typeof value === 'boolean' };
const INTEGER: OptionType = { what: 'an integer', takes: Number.isInteger };
const DURATION: OptionType = {
  what: 'a duration such as 30s, or an integer number of seconds',
  takes: value => Number.isInteger(value) || isDuration(value),
};
const DURATION_STRING: OptionType = { what: 'a duration such as 30s', takes: isDuration };
/** Sizes are printed in bytes, see src/nats/size-options.ts. */
export const SIZE: OptionType = {
  what: 'a size such as 512MiB or 10GB, or a number of bytes',
  takes: value => Number.isInteger(value) || (typeof value === 'string' && parseSize(value) !== undefined),
};
const STRING: OptionType = { what: 'a string', takes: value => typeof value === 'string' };

/**
 * The type of an option that `natsConfig.extra` may set and that has a single type in every release; undefined for
 * others. nats-server does not start with a value of another type.
 *
 * @param option such as `ping_max` or `cluster.pool_size`
 * @see nats-server, server/opts.go, processConfigFileLine and the parsers of blocks, in v2.9.25 to v2.15.2
 */
export const optionType = (option: string): OptionType | undefined => types.get(confKey(option));

/** The options with a known type. */
export const typedOptions = (): string[] => [...types.keys()];

const types: ReadonlyMap<string, OptionType> = new Map([
  ...of(BOOLEAN, 'trace_verbose trace_headers logtime_utc disable_sublist_cache no_sublist_cache no_header_support'),
  ...of(BOOLEAN, 'no_system_account no_system no_sys_acc no_fast_producer_stall allow_non_tls proxy_protocol'),
  ...of(BOOLEAN, 'cluster.connect_backoff gateway.connect_backoff websocket.same_origin'),
  ...of(INTEGER, 'max_traced_msg_len max_sub_tokens max_subscription_tokens ping_max connect_error_reports'),
  ...of(INTEGER, 'reconnect_error_reports prof_port prof_block_rate max_closed_clients'),
  ...of(SIZE, 'logfile_size_limit log_size_limit'),
  ...of(INTEGER, 'logfile_max_num log_max_num cluster.connect_retries cluster.pool_size'),
  ...of(INTEGER, 'cluster.ping_max gateway.connect_retries'),
  ...of(DURATION, 'ping_interval cluster.ping_interval cluster.write_deadline gateway.write_deadline'),
  ...of(DURATION, 'leafnodes.write_deadline leafnodes.dial_timeout websocket.ping_interval'),
  ...of(DURATION_STRING, 'lame_duck_grace_period'),
  ...of(STRING, 'no_auth_user default_sentinel write_timeout remote_syslog ports_file_dir store_dir storedir'),
]);

function of(type: OptionType, options: string): [string, OptionType][] {
  return options.split(' ').map(option => [option, type]);
}
