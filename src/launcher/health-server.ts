import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** What the kubelet and a Prometheus ask. */
export interface HealthAnswers {
  /** Why the process should be started anew; empty while it is well. */
  readonly unhealthy: () => readonly string[];
  /** Why it should not be sent requests; empty while it should. */
  readonly unready: () => readonly string[];
}

/** Serves /healthz and /readyz over HTTP: 200 and `ok`, or 503 and the reasons, a line each. Throws where the port is taken. */
export async function serveHealth(port: number, answers: HealthAnswers): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (path === '/healthz') answer(response, answers.unhealthy());
    else if (path === '/readyz') answer(response, answers.unready());
    else send(response, 404, 'not found');
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

function answer(response: ServerResponse, reasons: readonly string[]): void {
  send(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? 'ok' : reasons.join('\n'));
}

function send(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}
