import { once } from 'node:events';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 100;
const TIMEOUT_MS = 2_000;

/**
 * Waits until Pepr serves requests, once it has read its store. Pepr reads it only once: after a failure it never
 * serves, without an error.
 *
 * @param within milliseconds
 * @throws Error if Pepr does not serve in time
 */
export async function waitForWebhooks(port: number, within: number): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await isServing(port))) {
    if (Date.now() > deadline) {
      throw new Error(
        `webhooks not ready after ${within / 1000} s: Pepr failed to read its store, the PeprStore pepr-nats-operator-store in pepr-system`,
      );
    }
    await pause(INTERVAL_MS);
  }
}

async function isServing(port: number): Promise<boolean> {
  try {
    // The certificate need not be verified: this only checks that the own port is served.
    const request = get({ port, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false, timeout: TIMEOUT_MS });
    request.once('timeout', () => request.destroy());
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}
