import type { Server } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { safeErrorMessage } from '../runtime/safe-error-message';
import { inBackground } from '../runtime/in-background';
import type { Logger } from '../runtime/logger';
import { sendConnectionClose } from './shutdown/close-connections';
import { onHttpServer } from './shutdown/http-servers';
import { openRequests } from './shutdown/open-requests';

/** Milliseconds in which callers that still come are answered, and asked to go elsewhere. */
export const SHUTDOWN_DELAY_MS = 500;

/** Milliseconds for answers that are still owed then, where a busy machine has let them wait: the API server asks for no longer. */
const LAST_ANSWERS = 10_000;
const MOMENT = 20;

const FAILED = 'failed to stop the work cleanly';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface StopOptions {
  /** Milliseconds for which requests are answered on. */
  readonly shutdownDelay: number;
  /** Ends the work. */
  readonly stop: () => Promise<void>;
}

/**
 * Ends the process cleanly within a second of SIGTERM or SIGINT: what was begun is ended, and callers are told to connect anew. A pod with webhooks has to
 * be out of its Service's endpoints before that; its `preStop` waits for it, after a SIGUSR2 upon which the work ends already and another replica takes over.
 *
 * @returns whether the process is about to end
 */
export function stopOnSignal(log: Logger, { shutdownDelay, stop }: StopOptions): () => boolean {
  let stopping = false;
  const open = openRequests();
  const servers: Server[] = [];
  onHttpServer(server => servers.push(server));
  // Whatever can't be given up is anybody's in a moment; the answers that are still owed are not worth less for it.
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    sendConnectionClose();
    const work = stop().catch((error: unknown) => log.warn({ error: safeErrorMessage(error) }, FAILED));
    await Promise.allSettled([work, waitShutdownDelay(shutdownDelay, servers, open)]);
    process.exit(0);
  };
  process.once('SIGUSR2', signal => {
    log.info({ signal }, 'handing over');
    // A connection that is kept open would be torn at the end, with whatever is sent through it then.
    sendConnectionClose();
    inBackground(stop, log, FAILED);
  });
  for (const signal of SIGNALS) process.on(signal, () => inBackground(async () => end(signal), log, FAILED));
  return () => stopping;
}

async function waitShutdownDelay(milliseconds: number, servers: readonly Server[], open: () => number): Promise<void> {
  await pause(milliseconds);
  // It takes a process tens of milliseconds to end, and a request that comes through an idle connection meanwhile is lost. So they end first, and their
  // callers know at once.
  for (const server of servers) server.closeIdleConnections();
  await pause(MOMENT);
  for (let waited = 0; open() > 0 && waited < LAST_ANSWERS; waited += MOMENT) await pause(MOMENT);
}

/** Does that without anyone else's answer to those signals: Pepr's would close its port at once, while the API server still calls. */
export function preserveSignalHandlers<T>(work: () => T): T {
  const before = SIGNALS.map(signal => [signal, process.listeners(signal)] as const);
  const result = work();
  for (const [signal, known] of before) {
    const added = process.listeners(signal).filter(listener => !known.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  }
  return result;
}
