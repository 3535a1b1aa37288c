import { AsyncLocalStorage } from 'node:async_hooks';

/** The signal of the work that a request belongs to: whatever a reconcile asks of the API server ends with the reconcile. */
const signals = new AsyncLocalStorage<AbortSignal | undefined>();

/** The signal that a request of the current work has to heed; undefined outside of such work. */
export const requestSignal = (): AbortSignal | undefined => signals.getStore();

/** Does what goes on after the work that it was begun by, and must not end with it. */
export const detached = <T>(work: () => T): T => signals.run(undefined, work);

/**
 * Breaks off the requests of a work that takes too long, so that whoever waits for it fails, and can try again.
 *
 * @param milliseconds that it may take
 */
export async function withDeadline<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const late = new Error(`it took longer than ${milliseconds / 1000} s and was broken off`);
  const timer = setTimeout(() => controller.abort(late), milliseconds);
  try {
    return await signals.run(controller.signal, work);
  } finally {
    clearTimeout(timer);
  }
}
