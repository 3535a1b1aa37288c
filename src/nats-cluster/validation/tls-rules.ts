import type { Problem } from '../../schema/problem';
import { closest } from '../../text/closest';
import type { ReviewedCluster } from './rule';

/** Go's cipher suites that a nats-server of today knows (crypto/tls, CipherSuites and InsecureCipherSuites). */
const CIPHER_SUITES: readonly string[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  ...forEcdsa('AES_128_CBC_SHA AES_128_CBC_SHA256 AES_128_GCM_SHA256 AES_256_CBC_SHA AES_256_GCM_SHA384'),
  ...forEcdsa('CHACHA20_POLY1305 CHACHA20_POLY1305_SHA256 RC4_128_SHA'),
  ...forRsa('3DES_EDE_CBC_SHA AES_128_CBC_SHA AES_128_CBC_SHA256 AES_128_GCM_SHA256 AES_256_CBC_SHA'),
  ...forRsa('AES_256_GCM_SHA384 RC4_128_SHA'),
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
];

function forEcdsa(ciphers: string): string[] {
  return ciphers.split(' ').map(cipher => `TLS_ECDHE_ECDSA_WITH_${cipher}`);
}

function forRsa(ciphers: string): string[] {
  return ciphers.split(' ').flatMap(cipher => [`TLS_RSA_WITH_${cipher}`, `TLS_ECDHE_RSA_WITH_${cipher}`]);
}

/** A server does not start with a cipher suite that it does not know. */
export function cipherSuitesAreKnown({ spec }: ReviewedCluster): Problem[] {
  return (spec.tls?.cipherSuites ?? []).flatMap((suite, index) => {
    if (CIPHER_SUITES.includes(suite)) return [];
    const suggestion = closest(suite, CIPHER_SUITES);
    const hint = suggestion === undefined ? 'omit cipherSuites to use the secure ones' : `did you mean ${suggestion}?`;
    return [
      {
        path: `spec.tls.cipherSuites[${index}]`,
        message: `nats-server does not support the cipher suite ${suite}`,
        hint,
      },
    ];
  });
}

/** Warns of a Secret without the block of nats.conf that it would secure. */
export function secretsAreUsed({ spec: { tls = {}, ...spec } }: ReviewedCluster): Problem[] {
  const idle: [string | undefined, string, unknown, string][] = [
    [tls.gatewaySecret, 'gatewaySecret', spec.gatewayConfig, 'gatewayConfig'],
    [tls.leafnodeSecret, 'leafnodeSecret', spec.leafnodeConfig, 'leafnodeConfig'],
    [tls.websocketSecret, 'websocketSecret', spec.websocketConfig, 'websocketConfig'],
  ];
  return idle.flatMap(([secret, field, config, needed]) =>
    secret && config === undefined
      ? [{ path: `spec.tls.${field}`, message: `has no effect without spec.${needed}`, hint: `set spec.${needed}` }]
      : [],
  );
}

/** Warns of websockets without TLS: browsers send credentials in clear text. */
export function websocketsAreEncrypted({ spec }: ReviewedCluster): Problem[] {
  if (spec.websocketConfig === undefined || spec.tls?.websocketSecret) return [];
  return [
    {
      path: 'spec.websocketConfig',
      message: 'websocket clients connect without TLS',
      hint: 'set spec.tls.websocketSecret, unless a proxy in front of the servers terminates TLS',
    },
  ];
}

/** Warns of a time that a server reads and forgets (nats-server v2.9.25 to v2.15.2, server/opts.go, parseWebsocket). */
export function websocketTimeoutCounts({ spec: { tls, websocketConfig } }: ReviewedCluster): Problem[] {
  if (!tls?.websocketTLSTimeout || websocketConfig?.handshakeTimeout) return [];
  return [
    {
      path: 'spec.tls.websocketTLSTimeout',
      message: 'is accepted by nats-server but has no effect',
      hint: 'set spec.websocketConfig.handshakeTimeout, which also limits the TLS handshake',
    },
  ];
}
