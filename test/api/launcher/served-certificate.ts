import { once } from 'node:events';
import { connect } from 'node:tls';

/** The fingerprint of the certificate that a server on this machine shows to whoever comes anew. */
export async function servedFingerprint(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect');
    return socket.getPeerX509Certificate()?.fingerprint256 ?? '';
  } finally {
    socket.destroy();
  }
}
