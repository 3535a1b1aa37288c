import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

/** From now on every answer of this process' servers asks its caller to connect anew, which leads elsewhere. */
export function sendConnectionClose(): void {
  subscribe('http.server.request.start', message => {
    const { response } = message as { response: ServerResponse };
    response.setHeader('connection', 'close');
  });
}
