import type { ConfPath } from './path';

/**
 * What needs no restart in any case: each new server dials all others, and gossip tells them the rest, so that routes to it may
 * reach the old servers' file without their reading it.
 */
const propagatedByGossip: readonly ConfPath[] = [['cluster', 'routes']];

/**
 * Who may log in and what they may do, now: it is the same in every file that a server may start from. We write no user without a list;
 * the Go operator did.
 */
export const accessPaths: readonly ConfPath[] = within(
  ['authorization'],
  'users token username password default_permissions timeout',
);

/**
 * What every supported server takes up when it is told to reload: the options that diffOptions does not refuse (nats-server v2.9.25,
 * v2.10.29 to v2.15.2, server/reload.go). The files of a certificate are read anew whatever their names; whether there is TLS at
 * all is not here, for the pods' mounts change with it. Nor is what a server only reads into its options, so that old connections
 * keep what they have.
 */
const byReload: readonly ConfPath[] = [
  ...propagatedByGossip,
  ...accessPaths,
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
 * What of a configuration can change without a restart.
 *
 * @param reloads whether something tells the servers to reload
 */
export const livePaths = (reloads: boolean): readonly ConfPath[] => (reloads ? byReload : propagatedByGossip);

function paths(keys: string): ConfPath[] {
  return keys.split(' ').map((key): ConfPath => [key]);
}

function within(block: ConfPath, keys: string): ConfPath[] {
  return keys.split(' ').map((key): ConfPath => [...block, key]);
}
