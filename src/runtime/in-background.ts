import { safeErrorMessage } from './safe-error-message';
import type { Logger } from './logger';

/** Runs work without waiting for it. A failure is logged: an unhandled rejection would end the process. */
export function inBackground(work: () => Promise<unknown>, log: Logger, message: string): void {
  Promise.resolve()
    .then(work)
    .catch((error: unknown) => log.warn({ error: safeErrorMessage(error) }, message));
}
