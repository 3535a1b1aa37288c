import { safeErrorMessage } from './safe-error-message';
import type { Logger } from './logger';

/**
 * Lets work go on that nobody waits for. Its failure is logged with that message: a rejected promise that nobody handles ends the process, and with it whatever
 * it was doing for others.
 */
export function inBackground(work: () => Promise<unknown>, log: Logger, message: string): void {
  Promise.resolve()
    .then(work)
    .catch((error: unknown) => log.warn({ error: safeErrorMessage(error) }, message));
}
