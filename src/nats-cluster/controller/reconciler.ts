import { isDeepStrictEqual } from 'node:util';
import type { NatsClusterStatus } from '../../../generated/nats-cluster';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { NATS_CLUSTER } from '../kind';
import type { Observed } from '../observed';
import { sync, type SyncResult } from '../sync';
import { done, failed, noLaterThan, stalled, waiting, type Outcome } from '../../runtime/outcome';
import { classifyError } from '../../runtime/api-error';
import { splitKey, type ObjectKey } from '../../runtime/object-key';
import { writeStatus } from '../../runtime/write-status';
import type { Decisions } from '../../runtime/decisions';
import type { EventRecorder } from '../../runtime/event-recorder';
import { ActionExecutor } from './action-executor';
import { FailureReporter } from './failure-reporter';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import { MonitorClient } from '../monitoring/monitor-client';
import { Observer, type ObserverOptions } from './observer';
import { clusterPath } from './cluster-api';
import { projectCluster } from './projection';
import { withDeadline } from '../../runtime/request-signal';
import { Quarantine } from './quarantine';
import { ReportedError } from './reconcile-error';
import { NotSyncedError } from '../../runtime/expected-error';
import type { ServiceRoleController } from '../../nats-service-role/controller/controller';
import { DeadlineExceededError, StarvedError } from '../../runtime/time-limit';
import type { Outside } from '../../runtime/work-queue';
import type { ClusterCache } from './cluster-cache';

/** Milliseconds that a reconciliation may take: then its requests are aborted, and it fails. */
const DEADLINE_MS = 60_000;

/** Milliseconds until the retry after a conflict; a second conflict is a failure. */
const CONFLICT_RETRY_MS = 50;

/** Milliseconds until the next reconciliation after the first apply of an object, even if no event comes. */
const FIRST_APPLY_MS = 50;

/** Milliseconds until the next attempt while a cache is not synced, of which there is no event. */
const NOT_SYNCED_MS = 250;

/** Milliseconds until a new cluster has a status, even if no event comes. */
const FIRST_STATUS_MS = 1_000;

export interface ClusterReconcilerOptions extends ObserverOptions {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly cache: ClusterCache;
  readonly events: EventRecorder;
  readonly serviceRoles: ServiceRoleController;
  /** Whether another operator manages the cluster, or this one is a standby. */
  readonly isSkipped: (key: ObjectKey) => Promise<boolean>;
  /** Called for a cluster that was deleted. */
  readonly onForgotten: (key: ObjectKey) => void;
  readonly decisions: Decisions;
}

/** Reconciles a cluster: observe, sync, apply, and write the status. */
export class ClusterReconciler {
  readonly #kube: KubeClient;
  readonly #log: Logger;
  readonly #cache: ClusterCache;
  readonly #events: EventRecorder;
  readonly #serviceRoles: ServiceRoleController;
  readonly #isSkipped: ClusterReconcilerOptions['isSkipped'];
  readonly #onForgotten: ClusterReconcilerOptions['onForgotten'];
  readonly #monitor = new MonitorClient();
  readonly #observer: Observer;
  readonly #executor: ActionExecutor;
  readonly #failures: FailureReporter;
  readonly #decisions: Decisions;
  readonly #quarantine: Quarantine;

  constructor({
    kube,
    log,
    cache,
    events,
    serviceRoles,
    isSkipped,
    onForgotten,
    decisions,
    imageRepository,
    exemptNamespaces,
    issuesTokens,
    operator,
  }: ClusterReconcilerOptions) {
    this.#kube = kube;
    this.#log = log;
    this.#cache = cache;
    this.#events = events;
    this.#serviceRoles = serviceRoles;
    this.#isSkipped = isSkipped;
    this.#onForgotten = onForgotten;
    this.#decisions = decisions;
    const { decide } = decisions;
    const observing = { imageRepository, exemptNamespaces, issuesTokens, operator };
    this.#observer = new Observer(kube, this.#monitor, cache, decide, observing);
    this.#executor = new ActionExecutor(kube, cache, events);
    this.#failures = new FailureReporter({
      log,
      events,
      clusterOf: key => cache.get(key)?.cluster,
      writeStatus: async (key, cluster, status) => this.#writeStatus(key, cluster, status),
    });
    this.#quarantine = new Quarantine({
      kube,
      cache,
      rolesOf: key => serviceRoles.generationsOf(key),
      report: async (key, failure) => this.#failures.report(key, failure),
      onWritten: key => decisions.recordSlow(key),
    });
  }

  /** Reconciles the cluster. Never rejects; failures that repeat are reported in the status. */
  async reconcile(key: string, outside: Outside): Promise<Outcome> {
    try {
      const outcome = await withDeadline(DEADLINE_MS, async () => this.#attempt(key, outside));
      if (outcome.kind === 'failed') return await this.#failed(key, outcome.error);
      this.#failures.succeeded(key);
      return outcome;
    } catch (error) {
      return await this.#failed(key, error);
    } finally {
      this.#cache.measure(key);
    }
  }

  async #failed(key: string, error: unknown): Promise<Outcome> {
    const count = await this.#failures.failed(key, error);
    if (error instanceof NotSyncedError) return waiting(NOT_SYNCED_MS);
    if (count === 1 && classifyError(error).kind === 'conflict') return waiting(CONFLICT_RETRY_MS);
    return failed(error);
  }

  /** Skips a cluster that has exceeded its deadline before, until the quarantine ends. */
  async #attempt(key: string, outside: Outside): Promise<Outcome> {
    // The status has the attempts of an earlier process.
    if (splitKey(key).name !== '') await this.#observer.cluster(key);
    const remaining = await this.#quarantine.remaining(key);
    if (remaining !== undefined) return stalled(remaining);
    try {
      const outcome = await this.#reconcile(key, outside);
      this.#quarantine.delete(key);
      return outcome;
    } catch (error) {
      if (!(error instanceof DeadlineExceededError) && !(error instanceof StarvedError)) throw error;
      this.#log.warn({ cluster: key, error: error.message }, 'Reconciliation exceeded its deadline');
      return stalled(await this.#quarantine.missed(key, error));
    }
  }

  async #reconcile(key: string, outside: Outside): Promise<Outcome> {
    const uid = this.#cache.get(key)?.cluster?.metadata?.uid;
    // The key of roles that name no cluster has no name.
    const observed = splitKey(key).name === '' ? undefined : await this.#observer.observe(key, false, outside);
    const { outcome, isKnown, users, stale } = await this.#serviceRoles.reconcile(key, observed);
    if (observed === undefined) this.forget(key, uid);
    if (observed === undefined || !isKnown) return outcome;
    // A cluster that the watch has not delivered yet is reconciled when it does.
    if (this.#cache.find(key, observed.cluster.metadata?.uid) === undefined) return outcome;
    const roles = { ...(users && { serviceUsers: users }), ...(stale !== undefined && { staleRoles: stale }) };
    const ofCluster = await this.#sync(key, { ...observed, ...roles }, outside);
    return outcome.kind === 'failed' ? ofCluster : noLaterThan(ofCluster, outcome.requeueAfter);
  }

  /** Removes the NatsCluster with that uid from the cache; a new one of the same name stays. */
  forget(key: string, uid: string | undefined): void {
    if (!this.#cache.forget(key, uid)) return;
    this.#failures.succeeded(key);
    this.#quarantine.delete(key);
    this.#decisions.forget(key);
    this.#onForgotten(key);
  }

  async #sync(key: string, observed: Observed, outside: Outside): Promise<Outcome> {
    const result = await this.#decisions.decide(key, () => sync(observed, new Date()));
    if (!result.actions.some(({ disruptive }) => disruptive)) return this.#apply(key, observed, result);

    const seen = await this.#observer.observe(key, true, outside);
    if (seen === undefined) {
      this.forget(key, observed.cluster.metadata?.uid);
      return done();
    }
    const { serviceUsers, staleRoles } = observed;
    const roles = { ...(serviceUsers && { serviceUsers }), ...(staleRoles !== undefined && { staleRoles }) };
    const fresh = { ...seen, ...roles };
    return this.#apply(key, fresh, await this.#decisions.decide(key, () => sync(fresh, new Date())));
  }

  async #apply(key: string, observed: Observed, result: SyncResult): Promise<Outcome> {
    if (await this.#isSkipped(key)) return done();
    const uid = observed.cluster.metadata?.uid ?? '';
    const entry = this.#cache.find(key, uid);
    if (entry !== undefined) entry.unverified = result.unverified;
    try {
      await this.#executor.execute(key, uid, result.actions);
    } catch (error) {
      // The failure may be due to a stale cache.
      if (entry !== undefined) entry.complete = false;
      const classified = classifyError(error);
      if (classified.kind !== 'rejected') throw error;
      const concluded = await this.#decisions.decide(key, () =>
        sync({ ...observed, rejection: classified }, new Date()),
      );
      await this.#finish(key, observed, concluded);
      return failed(new ReportedError(error));
    }
    // The new children's events trigger the next reconciliation in a moment, which writes a complete status.
    const isNew = observed.cluster.status?.observedGeneration === undefined && observed.children.length === 0;
    if (isNew && result.actions.length > 0) return waiting(FIRST_STATUS_MS);
    // The first apply may have changed nothing: the status is written when that is known.
    if (result.actions.some(action => action.type === 'apply' && action.isFirst)) return waiting(FIRST_APPLY_MS);
    await this.#finish(key, observed, result);
    return done(result.requeueAfter);
  }

  async #finish(key: string, { cluster }: Observed, { status, events }: SyncResult): Promise<void> {
    const written = this.#cache.find(key, cluster.metadata?.uid)?.writtenStatus;
    if (isDeepStrictEqual(status, cluster.status)) return;
    if (isDeepStrictEqual(written, { sent: status, stored: cluster.status })) return;
    await this.#writeStatus(key, cluster, status);
    const uid = cluster.metadata?.uid ?? '';
    for (const event of events) await this.#events.record(key, uid, event);
    const { state, phase, reason } = status;
    this.#log.info({ cluster: key, state, phase, reason }, 'status changed');
  }

  async #writeStatus(key: string, cluster: NatsClusterObject, status: NatsClusterStatus): Promise<void> {
    const { namespace, name } = splitKey(key);
    const owner = { ...NATS_CLUSTER, metadata: { name, namespace, uid: cluster.metadata?.uid } };
    const answer = await writeStatus(this.#kube, clusterPath(namespace, name), owner, status);
    if (answer === undefined) {
      this.forget(key, cluster.metadata?.uid);
      return;
    }
    const stored = projectCluster(answer as NatsClusterObject);
    const entry = this.#cache.find(key, cluster.metadata?.uid);
    entry?.storeCluster(stored);
    if (entry !== undefined) entry.writtenStatus = { sent: status, stored: stored.status };
  }
}
