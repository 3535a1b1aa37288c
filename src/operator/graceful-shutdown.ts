import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import { inBackground } from '../runtime/in-background';
import type { Logger } from '../runtime/logger';
import { sendConnectionClose } from './shutdown/close-connections';
import { onHttpServer } from './shutdown/http-servers';
import { openRequests } from './shutdown/open-requests';

/** How long requests are still served after a signal, with `Connection: close`, in milliseconds. */
export const SHUTDOWN_DELAY_MS = 500;

/** Grace period in milliseconds for open requests after that delay: the API server waits no longer for a response. */
const RESPONSE_GRACE_MS = 10_000;
const POLL_MS = 20;

const FAILED = 'Failed to shut down gracefully';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface StopOptions {
  /** How long requests are still served, in milliseconds. */
  readonly shutdownDelay: number;
  /** Stops the controllers. */
  readonly stop: () => Promise<void>;
}

/**
 * Exits within a second after SIGTERM or SIGINT: completes open requests and asks callers to reconnect. A pod with
 * webhooks must be removed from its Service's endpoints first; its `preStop` hook waits for that after a SIGUSR2, on
 * which the controllers stop and another replica takes over.
 *
 * @returns whether the process is shutting down
 */
export function stopOnSignal(log: Logger, { shutdownDelay, stop }: StopOptions): () => boolean {
  let stopping = false;
  const open = openRequests();
  const servers: Server[] = [];
  onHttpServer(server => servers.push(server));
  // A failure to release a Lease, which expires anyway, must not prevent open requests from completing.
  const shutDown = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'Shutting down');
    sendConnectionClose();
    const work = stop().catch((error: unknown) => log.warn({ error: safeErrorMessage(error) }, FAILED));
    await Promise.allSettled([work, waitShutdownDelay(shutdownDelay, servers, open)]);
    process.exit(0);
  };
  process.once('SIGUSR2', signal => {
    log.info({ signal }, 'Releasing leadership');
    // A kept-alive connection would be reset at exit, together with a request just sent through it.
    sendConnectionClose();
    inBackground(stop, log, FAILED);
  });
  for (const signal of SIGNALS) process.on(signal, () => inBackground(async () => shutDown(signal), log, FAILED));
  return () => stopping;
}

async function waitShutdownDelay(milliseconds: number, servers: readonly Server[], open: () => number): Promise<void> {
  await pause(milliseconds);
  // A process takes tens of milliseconds to exit; a request sent through an idle connection meanwhile would be lost. So
  // idle connections are closed first.
  for (const server of servers) server.closeIdleConnections();
  await pause(POLL_MS);
  for (let waited = 0; open() > 0 && waited < RESPONSE_GRACE_MS; waited += POLL_MS) await pause(POLL_MS);
}

/**
 * Runs `work` and removes the signal handlers that it adds: Pepr's would close its port immediately, while the API
 * server still sends requests.
 */
export function preserveSignalHandlers<T>(work: () => T): T {
  const before = SIGNALS.map(signal => [signal, process.listeners(signal)] as const);
  const result = work();
  for (const [signal, known] of before) {
    const added = process.listeners(signal).filter(listener => !known.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  }
  return result;
}
