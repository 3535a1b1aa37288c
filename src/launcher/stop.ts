import type { Logger } from '../controller/logger';
import { closeConnections } from '../shutdown/close-connections';

/** Milliseconds in which callers that still come are answered, and asked to go elsewhere. */
export const FAREWELL = 500;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

export interface StopOptions {
  /** Milliseconds for which requests are answered on. */
  readonly farewell: number;
  /** Ends the work. */
  readonly stop: () => Promise<void>;
}

/**
 * Ends the process cleanly within a second of SIGTERM or SIGINT: what was begun is ended, and callers are told to connect anew. A pod with webhooks has to
 * be out of its Service's endpoints before that; its `preStop` waits for it.
 *
 * @returns whether the process is about to end
 */
export function stopOnSignal(log: Logger, { farewell, stop }: StopOptions): () => boolean {
  let stopping = false;
  const end = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    closeConnections();
    const wait = new Promise(resolve => setTimeout(resolve, farewell));
    void Promise.allSettled([stop(), wait]).then(() => process.exit(0));
  };
  for (const signal of SIGNALS) process.on(signal, end);
  return () => stopping;
}

/** Does that without anyone else's answer to those signals: Pepr's would close its port at once, while the API server still calls. */
export function keepingSignals<T>(work: () => T): T {
  const before = SIGNALS.map(signal => [signal, process.listeners(signal)] as const);
  const result = work();
  for (const [signal, known] of before) {
    const added = process.listeners(signal).filter(listener => !known.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  }
  return result;
}
