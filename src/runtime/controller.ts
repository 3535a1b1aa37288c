import { classifyError } from './api-error';
import type { Logger } from './logger';
import { NotOwnerError, type NamespaceOwnership } from './namespace-ownership';
import { splitKey, type ObjectKey } from './object-key';
import { done, failed, requeueAfterOf, type Outcome } from './outcome';
import { safeErrorMessage } from './safe-error-message';
import { SkippedKeys } from './skipped-keys';
import { observeReconcile } from './telemetry';
import { WorkQueue, type Outside } from './work-queue';

const CONCURRENCY = 8;
/** Besides, of those that are slow or fail, in all namespaces and in one. */
const SLOW_CONCURRENCY = 16;
const SLOW_CONCURRENCY_OF_NAMESPACE = 4;
/** Most take some hundredths of a second. */
const SLOW_AFTER_MS = 2_000;
const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 60_000;
/** Too short to notice, and it saves two thirds of the reconciliations of a new object. */
const PAUSE_MS = 50;

export interface ControllerOptions {
  /** What logs call an object of the kind, as `cluster`. */
  readonly subject: string;
  readonly log: Logger;
  readonly ownership: NamespaceOwnership;
  /** Reconciles an object from its observed state. Events only enqueue its key, so it must not depend on which came. */
  readonly reconcile: (key: ObjectKey, outside: Outside) => Promise<Outcome>;
  /** Reports that another operator manages the object, and returns whether it could; repeated until then. */
  readonly reportOtherOwner: (key: ObjectKey, other: string) => Promise<boolean>;
}

/**
 * Reconciles the objects of a kind by their keys: fairly between namespaces, never one key twice at the same time, with
 * backoff for failures, and only in namespaces that this operator owns.
 */
export class Controller {
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  readonly #skipped: SkippedKeys;

  constructor(options: ControllerOptions) {
    const { subject, log, ownership, reportOtherOwner } = options;
    this.#options = options;
    this.#skipped = new SkippedKeys(ownership, reportOtherOwner);
    this.#queue = new WorkQueue(
      async (key, outside) => requeueAfterOf(await observeReconcile(async () => this.#reconcile(key, outside))),
      {
        slots: CONCURRENCY,
        slowSlots: SLOW_CONCURRENCY,
        slowSlotsOfTenant: SLOW_CONCURRENCY_OF_NAMESPACE,
        slowAfter: SLOW_AFTER_MS,
        tenantOf: key => splitKey(key).namespace,
        firstRetry: FIRST_RETRY_MS,
        lastRetry: MAX_RETRY_MS,
        pause: PAUSE_MS,
        onError: (key, error) => {
          log.warn({ [subject]: key, error: safeErrorMessage(error) }, 'Reconciliation failed, will retry');
          const classified = classifyError(error);
          return classified.kind === 'retryable' ? classified.after : undefined;
        },
      },
    );
  }

  /** Enqueues an object. */
  add(key: ObjectKey): void {
    this.#queue.add(key);
  }

  /** Whether another operator manages the object, or this one is a standby: then it is enqueued when that ends. */
  async isSkipped(key: ObjectKey): Promise<boolean> {
    return this.#skipped.pass(key);
  }

  /** Forgets a deleted object. */
  forget(key: ObjectKey): void {
    this.#skipped.forget(key);
  }

  /**
   * Enqueues skipped objects that this operator manages now, and of the known ones those that it no longer manages, to
   * report that.
   *
   * @param onResumed called for each that this operator manages now, before it is enqueued
   */
  resume(known: readonly ObjectKey[], onResumed: (key: ObjectKey) => void): void {
    for (const key of this.#skipped.unreported(known)) this.#queue.add(key);
    for (const key of this.#skipped.due()) {
      onResumed(key);
      this.#queue.add(key);
    }
  }

  /** The numbers of queued and running reconciliations. */
  depth(): { readonly waiting: number; readonly running: number } {
    return this.#queue.depth();
  }

  /** The objects whose reconciliation has been running for so many milliseconds. */
  stuckFor(milliseconds: number): ObjectKey[] {
    return this.#queue.stuckFor(milliseconds);
  }

  stop(): void {
    this.#queue.stop();
  }

  async #reconcile(key: ObjectKey, outside: Outside): Promise<Outcome> {
    if (await this.#skipped.pass(key)) return done();
    const { ownership, reconcile } = this.#options;
    const { namespace } = splitKey(key);
    const outcome = await ownership.during(namespace, async () => reconcile(key, outside)).catch(failed);
    // The namespace may belong to another operator by now.
    const isLost = outcome.kind === 'failed' && outcome.error instanceof NotOwnerError;
    return isLost && (await this.#skipped.pass(key)) ? done() : outcome;
  }
}
