import { once } from 'node:events';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL = 100;
const TIMEOUT = 2_000;

/**
 * Waits until Pepr answers on its port, which it does once it has read its store. Pepr asks for that only once: where it fails, nothing ever answers, and
 * nothing says so.
 *
 * @param within milliseconds
 * @throws Error where that does not come about
 */
export async function waitForWebhooks(port: number, within: number): Promise<void> {
  const end = Date.now() + within;
  while (!(await answers(port))) {
    if (Date.now() > end) {
      throw new Error(
        `the webhooks do not answer after ${within / 1000} s: Pepr could not read its store, the PeprStore pepr-nats-operator-store in pepr-system`,
      );
    }
    await pause(INTERVAL);
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    // Whom it is told to trust is the API server's business; here it only matters who listens on our own port.
    const request = get({ port, host: '127.0.0.1', path: '/healthz', rejectUnauthorized: false, timeout: TIMEOUT });
    request.once('timeout', () => request.destroy());
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode === 200;
  } catch {
    return false;
  }
}
