import { isDeepStrictEqual } from 'node:util';
import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { toEvent } from '../event-reasons';
import { failureStatus, findReconcileFailure, type ReconcileFailure } from '../status/reconcile-failure';
import { NotOwnerError } from '../../runtime/namespace-ownership';
import type { ObjectKey } from '../../runtime/object-key';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { Logger } from '../../runtime/logger';
import { StatusRejectedError } from '../../runtime/write-status';
import { describeFailure, ReportedError } from './reconcile-error';
import { findBug } from '../../runtime/expected-error';

/** Milliseconds: shorter failures, such as a restarting API server, are not reported. */
const MIN_OUTAGE_MS = 5_000;
/** Milliseconds after which a second failure is reported: each may have waited long for a response. */
const SECOND_FAILURE_MS = 15_000;
const MIN_FAILURES = 3;
/** Milliseconds between two messages of one reason: each write of the status triggers a reconciliation. */
const REPORT_INTERVAL_MS = 30_000;

/** Consecutive failures of one cluster. */
interface Streak {
  count: number;
  readonly since: number;
  reported: { readonly what: string; readonly reason: string; readonly at: number } | undefined;
}

export interface FailureReporterOptions {
  readonly log: Logger;
  readonly events: EventRecorder;
  /** The cached cluster; undefined if there is none. */
  readonly clusterOf: (key: ObjectKey) => NatsClusterObject | undefined;
  readonly writeStatus: (key: ObjectKey, cluster: NatsClusterObject, status: NatsClusterStatus) => Promise<void>;
  /** A monotonic clock in milliseconds. */
  readonly clock?: () => number;
}

/** Reports persistent reconciliation failures: in the status, by an Event, and for a bug by its stack in the log. */
export class FailureReporter {
  readonly #options: FailureReporterOptions;
  readonly #clock: () => number;
  readonly #streaks = new Map<ObjectKey, Streak>();

  constructor(options: FailureReporterOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
  }

  /** Records a failed reconciliation and reports persistent failures. Never rejects. @returns the number of consecutive failures */
  async failed(key: ObjectKey, error: unknown): Promise<number> {
    if (error instanceof NotOwnerError) return 0;
    const bug = findBug(error);
    if (bug !== undefined)
      this.#options.log.warn({ cluster: key, ...bug }, 'Reconciliation failed with an internal error');
    const streak = this.#streaks.get(key) ?? { count: 0, since: this.#clock(), reported: undefined };
    this.#streaks.set(key, streak);
    streak.count += 1;
    const isReported = error instanceof ReportedError;
    if (isReported || !this.#isDue(streak, error)) return streak.count;
    const failure = describeFailure(error);
    await this.report(key, failure, streak).catch((reason: unknown) => {
      const fields = { cluster: key, reason: failure.reason, error: safeErrorMessage(reason) };
      this.#options.log.warn(fields, 'Failed to write the status of a failed reconciliation');
    });
    return streak.count;
  }

  /** Resets the failures after a success, whose status replaces the report. */
  succeeded(key: ObjectKey): void {
    this.#streaks.delete(key);
  }

  /**
   * Writes a failure into the status, and records an Event if its reason is new.
   *
   * @throws the error of the write
   */
  async report(key: ObjectKey, failure: ReconcileFailure, streak?: Streak): Promise<void> {
    const { events, clusterOf, writeStatus } = this.#options;
    const cluster = clusterOf(key);
    if (cluster === undefined || cluster.metadata?.deletionTimestamp !== undefined) return;
    const { status, reason, message } = failure;
    const before = findReconcileFailure(cluster.status);
    const isNews = (before?.status !== status || before.reason !== reason) && streak?.reported?.reason !== reason;
    const what = `${cluster.metadata?.generation ?? 0} ${status} ${reason} ${message.replace(/\d+/g, '#')}`;
    const { reported } = streak ?? {};
    if (reported?.what === what || (reported?.reason === reason && this.#clock() - reported.at < REPORT_INTERVAL_MS))
      return;
    if (streak !== undefined) streak.reported = { what, reason, at: this.#clock() };
    const next = failureStatus(cluster, failure, new Date());
    if (isNews) await events.record(key, cluster.metadata?.uid ?? '', toEvent(reason, message));
    if (isDeepStrictEqual(next, cluster.status)) return;
    await writeStatus(key, cluster, next);
  }

  #isDue({ count, since }: Streak, error: unknown): boolean {
    // Neither passes by itself.
    if (error instanceof StatusRejectedError || findBug(error) !== undefined) return true;
    const lasted = this.#clock() - since;
    return count > 1 && (lasted >= SECOND_FAILURE_MS || (count >= MIN_FAILURES && lasted >= MIN_OUTAGE_MS));
  }
}
