import type { ConfPath } from './path';

/**
 * Options that never require a restart: a new server connects to all others, and gossip propagates its routes, so the
 * running servers need not reload a changed route list.
 */
const propagatedByGossip: readonly ConfPath[] = [['cluster', 'routes']];

/**
 * Authentication and authorization options, which must be current in every file that a server may start from. Only the
 * legacy operator wrote a single user outside of the user list.
 */
export const accessPaths: readonly ConfPath[] = within(
  ['authorization'],
  'users token username password default_permissions timeout',
);

/** The users of the system account: the operator's own, whose key has to be current in every file too. */
export const systemUsersPath: ConfPath = ['accounts', '$SYS', 'users'];

/**
 * Options that every supported server applies on reload: those that diffOptions supports (nats-server v2.9.25, v2.10.29
 * to v2.15.2, server/reload.go). Certificate files are always read again. Enabling or disabling TLS is not included,
 * because it changes the pods' mounts; nor are options that a reload changes only for new connections.
 */
const byReload: readonly ConfPath[] = [
  ...propagatedByGossip,
  ...accessPaths,
  systemUsersPath,
  ...paths('debug trace logtime write_deadline max_connections max_payload max_control_line'),
  ...paths('ping_interval ping_max max_traced_msg_len connect_error_reports reconnect_error_reports server_tags'),
  ...within(['tls'], 'ca_file cert_file key_file timeout verify verify_and_map cipher_suites curve_preferences'),
  ...within(['cluster', 'tls'], 'ca_file cert_file key_file timeout'),
  ...within(['gateway', 'tls'], 'ca_file cert_file key_file'),
  ...within(['leafnodes', 'tls'], 'ca_file cert_file key_file'),
  ...within(['websocket', 'tls'], 'ca_file cert_file key_file'),
  ...within(['cluster', 'authorization'], 'username password timeout'),
  ['cluster', 'permissions'],
];

/**
 * The options that can change without a restart.
 *
 * @param reloads whether the servers are reloaded after a change
 */
export const livePaths = (reloads: boolean): readonly ConfPath[] => (reloads ? byReload : propagatedByGossip);

function paths(keys: string): ConfPath[] {
  return keys.split(' ').map((key): ConfPath => [key]);
}

function within(block: ConfPath, keys: string): ConfPath[] {
  return keys.split(' ').map((key): ConfPath => [...block, key]);
}
