import { confKey } from './conf/conf-key';
import { parseDuration } from './duration';
import { parseSize } from './size';

/** What the value of an option has to be. */
export interface OptionType {
  /** As people read it: `must be …`. */
  readonly what: string;
  readonly takes: (value: unknown) => boolean;
}

const isDuration = (value: unknown): boolean => typeof value === 'string' && parseDuration(value) !== undefined;

const SWITCH: OptionType = { what: 'true or false', takes: value => typeof value === 'boolean' };
const NUMBER: OptionType = { what: 'a whole number', takes: Number.isInteger };
const DURATION: OptionType = {
  what: 'a duration such as 30s, or a whole number of seconds',
  takes: value => Number.isInteger(value) || isDuration(value),
};
const SPELLED_DURATION: OptionType = { what: 'a duration such as 30s', takes: isDuration };
/** A size is printed in bytes, see src/nats/size-options.ts. */
export const SIZE: OptionType = {
  what: 'a size such as 512MiB or 10GB, or a number of bytes',
  takes: value => Number.isInteger(value) || (typeof value === 'string' && parseSize(value) !== undefined),
};
const TEXT: OptionType = { what: 'text', takes: value => typeof value === 'string' };

/**
 * What the value of an option has to be, of those that `natsConfig.extra` may set and that take one kind of value in every release that knows them; undefined
 * for others. A server does not start with another.
 *
 * @param option as `ping_max` or `cluster.pool_size`
 * @see nats-server, server/opts.go, processConfigFileLine and the parsers of blocks, in v2.9.25 to v2.15.2
 */
export const optionType = (option: string): OptionType | undefined => types.get(confKey(option));

/** The options whose values are known. */
export const typedOptions = (): string[] => [...types.keys()];

const types: ReadonlyMap<string, OptionType> = new Map([
  ...of(SWITCH, 'trace_verbose trace_headers logtime_utc disable_sublist_cache no_sublist_cache no_header_support'),
  ...of(SWITCH, 'no_system_account no_system no_sys_acc no_fast_producer_stall allow_non_tls proxy_protocol'),
  ...of(SWITCH, 'cluster.connect_backoff gateway.connect_backoff websocket.same_origin'),
  ...of(NUMBER, 'max_traced_msg_len max_sub_tokens max_subscription_tokens ping_max connect_error_reports'),
  ...of(NUMBER, 'reconnect_error_reports prof_port prof_block_rate max_closed_clients'),
  ...of(SIZE, 'logfile_size_limit log_size_limit'),
  ...of(NUMBER, 'logfile_max_num log_max_num cluster.connect_retries cluster.pool_size'),
  ...of(NUMBER, 'cluster.ping_max gateway.connect_retries'),
  ...of(DURATION, 'ping_interval cluster.ping_interval cluster.write_deadline gateway.write_deadline'),
  ...of(DURATION, 'leafnodes.write_deadline leafnodes.dial_timeout websocket.ping_interval'),
  ...of(SPELLED_DURATION, 'lame_duck_grace_period'),
  ...of(TEXT, 'no_auth_user default_sentinel write_timeout remote_syslog ports_file_dir store_dir storedir'),
]);

function of(type: OptionType, options: string): [string, OptionType][] {
  return options.split(' ').map(option => [option, type]);
}
