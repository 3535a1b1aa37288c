import { posix } from 'node:path';
import type { TlsConfig } from '../../../generated/nats-cluster';
import { omitZero } from './omit-zero';

/** The kinds of connection that have a certificate each, by the name that `spec.tls` gives their Secret. */
export const tlsConnections = ['server', 'routes', 'gateway', 'leafnode', 'websocket'] as const;

export type TlsConnection = (typeof tlsConnections)[number];

/** Where a server finds what one kind of connection needs for TLS. */
export interface TlsFiles {
  readonly secret: string;
  /** Where the Secret is mounted. */
  readonly folder: string;
  /** Paths in the container; no CA where the Secret has none, as with certificates of a public CA. */
  readonly ca: string | undefined;
  readonly cert: string;
  readonly key: string;
  /** Seconds that a handshake may take; undefined leaves it to the server. */
  readonly timeout: number | undefined;
}

/** What is known of a Secret, its content aside. */
export interface SecretShape {
  readonly type?: string | undefined;
  readonly keys: readonly string[];
}

/**
 * Resolves one kind of connection of `spec.tls`.
 *
 * @param secret the Secret that the spec names; undefined while it isn't there, which leaves the file names of the Go operator
 * @returns undefined where that kind of connection has no Secret
 */
export function resolveTlsFiles(
  tls: TlsConfig,
  connection: TlsConnection,
  secret: SecretShape | undefined,
): TlsFiles | undefined {
  const name = tls[`${connection}Secret`];
  if (!name) return undefined;
  const folder = TLS_FOLDERS[connection];
  const names = secret?.type === 'kubernetes.io/tls' ? kubernetesNames : operatorNames[connection];
  const ca = tls[`${connection}SecretCAFileName`] || (isWithout(secret, names.ca) ? undefined : names.ca);
  return {
    secret: name,
    folder,
    ca: ca === undefined ? undefined : posix.resolve(folder, ca),
    cert: posix.resolve(folder, tls[`${connection}SecretCertFileName`] || names.cert),
    key: posix.resolve(folder, tls[`${connection}SecretKeyFileName`] || names.key),
    timeout: omitZero(tls[timeouts[connection]]),
  };
}

const isWithout = (secret: SecretShape | undefined, key: string): boolean =>
  secret?.type === 'kubernetes.io/tls' && !secret.keys.includes(key);

interface FileNames {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The keys of a Secret that cert-manager or `kubectl create secret tls` made. */
const kubernetesNames: FileNames = { ca: 'ca.crt', cert: 'tls.crt', key: 'tls.key' };

const serverNames: FileNames = { ca: 'ca.pem', cert: 'server.pem', key: 'server-key.pem' };

/** The keys that the Go operator read. */
const operatorNames: Readonly<Record<TlsConnection, FileNames>> = {
  server: serverNames,
  routes: { ca: 'ca.pem', cert: 'route.pem', key: 'route-key.pem' },
  gateway: serverNames,
  leafnode: serverNames,
  websocket: serverNames,
};

/** Where the Secret of each is mounted. */
export const TLS_FOLDERS: Readonly<Record<TlsConnection, string>> = {
  server: '/etc/nats-server-tls-certs',
  routes: '/etc/nats-routes-tls-certs',
  gateway: '/etc/nats-gateways-tls-certs',
  leafnode: '/etc/nats-leafnodes-tls-certs',
  websocket: '/etc/nats-websocket-tls-certs',
};

const timeouts = {
  server: 'clientsTLSTimeout',
  routes: 'routesTLSTimeout',
  gateway: 'gatewaysTLSTimeout',
  leafnode: 'leafnodesTLSTimeout',
  websocket: 'websocketTLSTimeout',
} as const satisfies Record<TlsConnection, keyof TlsConfig>;
