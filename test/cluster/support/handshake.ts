import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

/**
 * A TLS handshake with the port of clients, and no more than that; returns what it came to, or rejects with the server's alert.
 *
 * @param options what the client asks for, such as its ciphers
 */
export async function handshake(
  host: string,
  options: ConnectionOptions,
): Promise<{ readonly cipher: string; readonly protocol: string | null; readonly keys: object | null }> {
  const socket = connect(4222, host);
  let secure: TLSSocket | undefined;
  try {
    // The server greets first, in the clear.
    await once(socket, 'data');
    secure = connectTls({ rejectUnauthorized: false, ...options, socket });
    await once(secure, 'secureConnect');
    return { cipher: secure.getCipher().name, protocol: secure.getProtocol(), keys: secure.getEphemeralKeyInfo() };
  } finally {
    secure?.on('error', () => undefined).destroy();
    socket.on('error', () => undefined).destroy();
  }
}

/** For how many milliseconds a port bears with somebody who connects and says nothing. */
export async function patience(host: string, port: number): Promise<number> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  const begin = Date.now();
  socket.on('error', () => undefined).resume();
  await once(socket, 'close');
  return Date.now() - begin;
}
