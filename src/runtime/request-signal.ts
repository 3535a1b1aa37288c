import { AsyncLocalStorage } from 'node:async_hooks';

/** The abort signal of the current work: the requests of a reconciliation end with it. */
const signals = new AsyncLocalStorage<AbortSignal | undefined>();

/** The signal for requests of the current work; undefined outside of {@link withDeadline}. */
export const requestSignal = (): AbortSignal | undefined => signals.getStore();

/** Runs work that outlives the work that started it. */
export const detached = <T>(work: () => T): T => signals.run(undefined, work);

/**
 * Aborts the requests of work that exceeds a deadline, so that it fails and can be retried.
 *
 * @param milliseconds the deadline
 */
export async function withDeadline<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timeout = new Error(`deadline of ${milliseconds / 1000} s exceeded`);
  const timer = setTimeout(() => controller.abort(timeout), milliseconds);
  try {
    return await signals.run(controller.signal, work);
  } finally {
    clearTimeout(timer);
  }
}
