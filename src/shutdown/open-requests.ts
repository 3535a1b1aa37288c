import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

/** Counts the requests that this process' servers have yet to answer, of those that come from now on. */
export function openRequests(): () => number {
  let open = 0;
  subscribe('http.server.request.start', message => {
    const { response } = message as { response: ServerResponse };
    open += 1;
    response.once('close', () => (open -= 1));
  });
  return () => open;
}
