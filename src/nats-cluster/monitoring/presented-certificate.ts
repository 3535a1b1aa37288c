import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { TlsConnection } from '../spec/tls-files';
import { SERVER_CIPHERS } from './server-ciphers';

/** Servers greet clients and leaf nodes in plain text first; the others begin with the handshake (nats-server v2.15.2, server/route.go). */
const GREETED: ReadonlySet<TlsConnection> = new Set(['server', 'leafnode']);

/**
 * The SHA-256 fingerprint of the certificate that a port presents, by a handshake that goes no further. It needs no certificate of our
 * own: in TLS 1.3 the server asks for that only after it has shown its own.
 *
 * @param timeout in milliseconds, for the whole
 * @throws Error where no certificate came in time
 */
export async function presentedCertificate(
  host: string,
  port: number,
  connection: TlsConnection,
  timeout: number,
): Promise<string> {
  const signal = AbortSignal.timeout(timeout);
  const socket = connect({ host, port, signal });
  // Errors are reported by the waits below; later ones do not matter.
  socket.on('error', () => undefined);
  try {
    await once(socket, 'connect', { signal });
    if (GREETED.has(connection)) await once(socket, 'data', { signal });
    return await handshake(socket, signal);
  } finally {
    socket.destroy();
  }
}

/** Whose certificate it is does not matter here: it is compared with the one that it has to be. */
async function handshake(socket: Socket, signal: AbortSignal): Promise<string> {
  const secure = connectTls({ socket, rejectUnauthorized: false, ciphers: SERVER_CIPHERS });
  try {
    await once(secure, 'secureConnect', { signal });
    return secure.getPeerCertificate().fingerprint256;
  } finally {
    secure.on('error', () => undefined);
    secure.destroy();
  }
}
