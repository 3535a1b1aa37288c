import { confKey } from './conf/conf-key';

/**
 * The first release that supports an option of nats.conf, at the top level or in a block that `natsConfig.extra` may
 * extend (`cluster.pool_size`); undefined for options unknown to every release up to 2.15.
 *
 * @see nats-server, server/opts.go, processConfigFileLine and the parsers of blocks, in v2.9.25 to v2.15.2
 */
export function optionSince(option: string): string | undefined {
  return since.get(confKey(option));
}

/** The known options of the top level or of a block. */
export function knownOptions(block?: string): string[] {
  const prefix = block === undefined ? '' : `${block}.`;
  const names = [...since.keys()].filter(name => name.startsWith(prefix)).map(name => name.slice(prefix.length));
  return names.filter(name => !name.includes('.'));
}

/** Supported by every supported release of nats-server. */
const ALWAYS = '2.9.0';

const since: ReadonlyMap<string, string> = new Map([
  ...of('allow_non_tls authorization connect_error_reports reconnect_error_reports debug default_js_domain', ALWAYS),
  ...of(
    'accounts account_resolver accounts_resolver resolver resolver_preload resolver_pinned_accounts resolver_tls',
    ALWAYS,
  ),
  ...of('client_advertise cluster gateway leaf leafnodes websocket ws mqtt jetstream disable_sublist_cache', ALWAYS),
  ...of('host net listen port http http_base_path http_port https https_port monitor_port lame_duck_duration', ALWAYS),
  ...of(
    'lame_duck_grace_period log_file log_size_limit logfile logfile_size_limit logtime logtime_utc mappings maps',
    ALWAYS,
  ),
  ...of('max_conn max_connections max_control_line max_payload max_pending max_sub_tokens max_subs', ALWAYS),
  ...of('max_subscription_tokens max_subscriptions max_traced_msg_len no_auth_user no_header_support', ALWAYS),
  ...of('no_sublist_cache no_sys_acc no_system no_system_account ocsp ocsp_cache operator operators root', ALWAYS),
  ...of('root_operator root_operators roots pid_file pidfile ping_interval ping_max ports_file_dir prof_port', ALWAYS),
  ...of('remote_syslog server_name server_tags store_dir storedir syslog system system_account tls trace', ALWAYS),
  ...of('trace_verbose trusted trusted_keys write_deadline', ALWAYS),
  ...of('log_max_num logfile_max_num max_closed_clients no_fast_producer_stall prof_block_rate', '2.10.0'),
  ...of('default_sentinel trace_headers write_timeout', '2.11.0'),
  ...of('proxies proxy_protocol server_metadata', '2.12.0'),
  ...of('feature_flags', '2.14.0'),
  ...inBlock(
    'cluster',
    'advertise authorization cluster_advertise connect_retries host listen name net no_advertise',
    ALWAYS,
  ),
  ...inBlock('cluster', 'permissions port routes tls', ALWAYS),
  ...inBlock('cluster', 'accounts compression ping_interval ping_max pool_size', '2.10.0'),
  ...inBlock('cluster', 'write_deadline write_timeout', '2.11.0'),
  ...inBlock('cluster', 'connect_backoff', '2.12.0'),
  ...inBlock('gateway', 'advertise authorization connect_retries gateways host listen name net port tls', ALWAYS),
  ...inBlock('gateway', 'reject_unknown reject_unknown_cluster', ALWAYS),
  ...inBlock('gateway', 'write_deadline write_timeout', '2.11.0'),
  ...inBlock('gateway', 'connect_backoff', '2.12.0'),
  ...inBlock(
    'leafnodes',
    'advertise authorization host leafnode_advertise listen min_version minimum_version net',
    ALWAYS,
  ),
  ...inBlock('leafnodes', 'no_advertise port reconnect reconnect_delay reconnect_interval remotes tls', ALWAYS),
  ...inBlock('leafnodes', 'compression', '2.10.0'),
  ...inBlock('leafnodes', 'write_deadline write_timeout', '2.11.0'),
  ...inBlock('leafnodes', 'isolate isolate_leafnode_interest', '2.12.0'),
  ...inBlock('leafnodes', 'dial_timeout', '2.14.0'),
  ...inBlock('websocket', 'advertise allow_origin allow_origins allowed_origin allowed_origins authentication', ALWAYS),
  ...inBlock('websocket', 'authorization compress compression handshake_timeout host jwt_cookie listen net', ALWAYS),
  ...inBlock('websocket', 'no_auth_user no_tls origin origins port same_origin tls', ALWAYS),
  ...inBlock('websocket', 'headers pass_cookie ping_interval token_cookie user_cookie', '2.11.0'),
]);

function of(options: string, release: string): [string, string][] {
  return options.split(' ').map(option => [option, release]);
}

function inBlock(block: string, options: string, release: string): [string, string][] {
  return options.split(' ').map(option => [`${block}.${option}`, release]);
}
