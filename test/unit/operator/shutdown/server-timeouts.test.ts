import { once } from 'node:events';
import { createServer } from 'node:http';
import { setServerTimeouts } from '../../../../src/operator/shutdown/server-timeouts';

test('a server keeps idle connections for its callers to close, and ends requests that do not get on', async () => {
  setServerTimeouts();
  const server = createServer();
  server.listen(0);
  await once(server, 'listening');
  const { keepAliveTimeout, headersTimeout, requestTimeout, maxConnections } = server;
  server.close();
  // The API server keeps an idle connection for 90 s, and waits 10 s for an answer.
  expect(keepAliveTimeout).toBeGreaterThan(90_000);
  expect(headersTimeout).toBeLessThan(10_000);
  expect(requestTimeout).toBeLessThan(10_000);
  expect(maxConnections).toBe(1_000);
});
