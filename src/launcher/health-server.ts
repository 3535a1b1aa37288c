import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';

/** What the kubelet and a Prometheus ask. */
export interface HealthAnswers {
  /** Why the process should be started anew; empty while it is well. */
  readonly unhealthy: () => readonly string[];
  /** Why it should not be sent requests; empty while it should. */
  readonly unready: () => readonly string[];
  readonly metrics: { readonly text: () => Promise<string>; readonly type: string };
}

const TEXT = 'text/plain; charset=utf-8';

/** Serves /healthz and /readyz over HTTP: 200 and `ok`, or 503 and the reasons, a line each; and /metrics. Throws where the port is taken. */
export async function serveHealth(port: number, answers: HealthAnswers): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(new URL(request.url ?? '/', 'http://localhost').pathname, response, answers);
  });
  server.listen(port);
  await once(server, 'listening');
  return server;
}

async function answer(path: string, response: ServerResponse, answers: HealthAnswers): Promise<void> {
  if (path === '/healthz') sayWhy(response, answers.unhealthy());
  else if (path === '/readyz') sayWhy(response, answers.unready());
  else if (path === '/metrics') send(response, 200, await answers.metrics.text(), answers.metrics.type);
  else send(response, 404, 'not found\n');
}

function sayWhy(response: ServerResponse, reasons: readonly string[]): void {
  send(response, reasons.length === 0 ? 200 : 503, `${reasons.length === 0 ? 'ok' : reasons.join('\n')}\n`);
}

function send(response: ServerResponse, status: number, text: string, type = TEXT): void {
  response.writeHead(status, { 'content-type': type }).end(text);
}
