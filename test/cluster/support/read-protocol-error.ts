import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/** Connects to a port of a server, says `words` and nothing more; returns the line with which the server refuses that. */
export async function readProtocolError(address: string, port: number, words = ''): Promise<string> {
  const socket = connect(port, address);
  try {
    socket.write(words);
    for await (const line of createInterface(socket)) if (line.startsWith('-ERR')) return line;
    return '';
  } finally {
    socket.destroy();
  }
}
