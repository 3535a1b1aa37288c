import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** Counts the open requests of this process' servers, of those received from now on. */
export function openRequests(): () => number {
  // Counted by connection: for a pipelined request that waits for another, Node.js emits no event when the connection
  // closes.
  const open = new Map<Socket, number>();
  const count = (socket: Socket, change: 1 | -1): void => {
    const before = open.get(socket);
    if (before !== undefined) open.set(socket, before + change);
  };
  subscribe('http.server.request.start', message => {
    const { response, socket } = message as { response: ServerResponse; socket: Socket };
    if (!open.has(socket)) {
      open.set(socket, 0);
      socket.once('close', () => open.delete(socket));
    }
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });
  return () => [...open.values()].reduce((sum, each) => sum + each, 0);
}
