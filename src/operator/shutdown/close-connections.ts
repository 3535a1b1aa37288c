import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

/** Adds `Connection: close` to every response from now on, so that callers reconnect to another endpoint. */
export function sendConnectionClose(): void {
  subscribe('http.server.request.start', message => {
    const { response } = message as { response: ServerResponse };
    response.setHeader('connection', 'close');
  });
}
