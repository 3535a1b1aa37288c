import { findConfigSecret } from '../../nats-cluster/observed';
import type { ServiceUser } from '../../nats-cluster/spec/service-user';
import { lastPermissions } from '../plan/last-permissions';
import { lastServiceUsers } from '../plan/last-users';
import { stateOf, toRoleCluster, type ObservedCluster } from '../plan/role-cluster';
import { planServiceRoles, type RoleOutcome, type RolePlan } from '../plan/role-plan';
import type { RoleCluster } from '../plan/observed-roles';
import { serviceUsers } from '../plan/service-users';
import { done, failed, waiting, type Outcome } from '../../runtime/outcome';
import { classifyError } from '../../runtime/api-error';
import { splitKey, type ObjectKey } from '../../runtime/object-key';
import type { Decide } from '../../runtime/decisions';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import { DeadlineExceededError, StarvedError } from '../../runtime/time-limit';
import { findBug, NotSyncedError } from '../../runtime/expected-error';
import type { Scope } from '../../runtime/scope';
import { StatusRejectedError } from '../../runtime/write-status';
import { IssueBudget } from './issue-budget';
import { RoleActionExecutor } from './action-executor';
import { RoleObserver, type RoleIndexes } from './observer';
import { RoleStatusWriter } from './status-writer';
import { SecretConflictError } from './token-issuer';

/** One pass deletes what precedes a successor, one issues, and one removes finalizers. */
const MAX_PASSES = 3;
/** Milliseconds. */
const NOT_SYNCED_MS = 250;
const RETRY_MS = 2_000;
const RETRY_REJECTED_MS = 60_000;
/** Milliseconds for which roles may be unreadable before a cluster is reconciled without them, and until the next attempt then. */
const GRACE_PERIOD_MS = 5_000;
/** The same while a cache is not synced, as after a start: that of a deleted namespace takes ten seconds. */
const UNSYNCED_GRACE_PERIOD_MS = 30_000;
const RETRY_STALE_MS = 5_000;
/** The maximum number of namespaces in one log line. */
const MAX_LOGGED = 50;

/** The longest timer: Node.js timers overflow after 24 days. */
const MAX_TIMER_MS = 6 * 3_600_000;

/** The result of reconciling the roles of a cluster. */
export interface RolesResult {
  readonly outcome: Outcome;
  /** Whether the users are known; until then the cluster is not reconciled. */
  readonly isKnown: boolean;
  /** Undefined where the cluster has no service accounts. */
  readonly users: readonly ServiceUser[] | undefined;
  /** Why roles can't be read, for long enough to be reported: the users are those that the servers have. */
  readonly stale?: string | undefined;
}

export interface OperatorNamespaces {
  /** The operator's scope. */
  readonly scope: Scope;
  /** The operator's namespace, if known. */
  readonly operatorNamespace: string | undefined;
  /** Whether it may read ServiceAccounts and issue tokens. */
  readonly issuesTokens: boolean;
  /** Milliseconds for which roles may be unreadable before a cluster is reconciled without them. */
  readonly gracePeriod?: number | undefined;
}

export interface RoleReconcilerOptions extends OperatorNamespaces {
  readonly kube: KubeClient;
  readonly log: Logger;
  readonly decide: Decide;
  readonly events: EventRecorder;
  readonly indexes: RoleIndexes;
}

/** Reconciles the NatsServiceRoles of a cluster: observe, plan, issue and delete tokens, and write the statuses. */
export class RoleReconciler {
  readonly #options: RoleReconcilerOptions;
  readonly #log: Logger;
  readonly #decide: Decide;
  readonly #budget = new IssueBudget();
  readonly #observer: RoleObserver;
  readonly #executor: RoleActionExecutor;
  readonly #statusWriter: RoleStatusWriter;
  /** The last logged accounts without consent, by the role's uid. */
  readonly #reluctant = new Map<string, string>();
  /** Since when the roles of each cluster with service accounts are unreadable. */
  readonly #unreadableSince = new Map<ObjectKey, number>();

  constructor(options: RoleReconcilerOptions) {
    const { kube, log, decide, events, indexes } = options;
    this.#options = options;
    this.#log = log;
    this.#decide = decide;
    this.#observer = new RoleObserver(indexes, decide);
    this.#executor = new RoleActionExecutor(kube, indexes.roles, indexes.tokens, events);
    this.#statusWriter = new RoleStatusWriter(kube, indexes.roles);
  }

  /**
   * Reconciles the roles of a cluster. A failure does not affect a cluster without service accounts.
   *
   * @param observed undefined where there is no such cluster
   * @throws DeadlineExceededError, StarvedError where it takes too long to decide on them
   */
  async reconcile(key: ObjectKey, observed: ObservedCluster | undefined): Promise<RolesResult> {
    try {
      const settled = await this.#reconcile(key, observed);
      if (settled === undefined) return this.#withoutRoles(key, observed, unsynced(), NOT_SYNCED_MS);
      this.#unreadableSince.delete(key);
      return settled;
    } catch (error) {
      if (error instanceof DeadlineExceededError || error instanceof StarvedError) throw error;
      this.#log.warn(
        { cluster: key, error: safeErrorMessage(error), ...findBug(error) },
        'Failed to reconcile service roles',
      );
      return this.#withoutRoles(key, observed, toError(error), RETRY_MS);
    }
  }

  /** Forgets a deleted role. */
  forget(uid: string): void {
    this.#reluctant.delete(uid);
  }

  /** Roles that are unreadable for long do not block the cluster: their users stay as they are, and no token changes. */
  #withoutRoles(key: ObjectKey, observed: ObservedCluster | undefined, problem: Error, wait: number): RolesResult {
    if (observed === undefined || stateOf(observed) !== 'enabled') {
      this.#unreadableSince.delete(key);
      return { outcome: waiting(wait), isKnown: true, users: undefined };
    }
    const now = performance.now();
    const since = this.#unreadableSince.get(key) ?? now;
    this.#unreadableSince.set(key, since);
    const gracePeriod =
      problem instanceof NotSyncedError ? UNSYNCED_GRACE_PERIOD_MS : (this.#options.gracePeriod ?? GRACE_PERIOD_MS);
    const users = now - since < gracePeriod ? undefined : lastServiceUsers(observed);
    if (users === undefined) return { outcome: failed(problem), isKnown: false, users };
    const outcome = waiting(RETRY_STALE_MS);
    return { outcome, isKnown: true, users, stale: describeStale(problem) };
  }

  /** @returns undefined while a cache is not synced */
  async #reconcile(key: ObjectKey, observed: ObservedCluster | undefined): Promise<RolesResult | undefined> {
    const { namespace, name } = splitKey(key);
    const isEnabled = stateOf(observed) === 'enabled';
    const { roles, tokens, accounts } = this.#options.indexes;
    await roles.ready(namespace);
    const needsAccounts = isEnabled && this.#options.issuesTokens;
    if (!tokens.isReady() || (needsAccounts && !accounts.isReady(roles.names()))) return undefined;
    const hasNone = roles.of(key).length === 0 && !tokens.has(key);
    const stale = isEnabled ? roles.rejection(namespace) : undefined;
    const retry = stale === undefined ? undefined : RETRY_STALE_MS;
    if (hasNone) return { outcome: done(retry), isKnown: true, users: isEnabled ? [] : undefined, stale };
    const { scope, operatorNamespace, issuesTokens } = this.#options;
    const operator = { reach: scope, operatorNamespace, issuesTokens };
    const cluster = await this.#decide(key, () => toRoleCluster(namespace, name, observed, operator, new Date()));
    const { plan, errors, isDelayed } = await this.#apply(key, cluster);
    plan.outcomes.forEach(outcome => this.#logReluctant(key, outcome));
    for (const [what, error] of await this.#statusWriter.report(plan, cluster)) errors.set(what, error);
    for (const [what, error] of errors) {
      this.#log.warn({ cluster: key, what, error: safeErrorMessage(error) }, 'Failed to reconcile a service role');
    }
    const config = observed && findConfigSecret(observed);
    const users = isEnabled
      ? await this.#decide(key, () => serviceUsers(plan.outcomes, user => lastPermissions(config, user)))
      : undefined;
    const next = nextOf(plan, errors);
    const waits = [next, retry, isDelayed ? RETRY_MS : undefined];
    return { outcome: done(soonest(waits)), isKnown: true, users, stale };
  }

  /** Logs accounts without consent for administrators alone: readers of a role must not learn of other namespaces. */
  #logReluctant(key: ObjectKey, { entry: { role }, reluctant }: RoleOutcome): void {
    const { uid = '', name } = role.metadata ?? {};
    const accounts = reluctant.slice(0, MAX_LOGGED).map(({ namespace }) => namespace);
    const text = accounts.join();
    if (text === (this.#reluctant.get(uid) ?? '')) return;
    if (text === '') this.#reluctant.delete(uid);
    else this.#reluctant.set(uid, text);
    const count = reluctant.length;
    this.#log.info(
      { cluster: key, role: name, count, namespaces: accounts },
      'ServiceAccounts without consent to a NatsCluster',
    );
  }

  async #apply(
    key: ObjectKey,
    cluster: RoleCluster,
  ): Promise<{ plan: RolePlan; errors: Map<string, unknown>; isDelayed: boolean }> {
    let errors = new Map<string, unknown>();
    for (let pass = 1; ; pass += 1) {
      const observed = await this.#observer.observe(key, cluster, errors);
      const plan = await this.#decide(key, () => planServiceRoles(observed, new Date()));
      const actions =
        errors.size > 0 || pass > MAX_PASSES ? [] : this.#budget.take(cluster.namespace, plan.actions, Date.now());
      if (actions.length === 0) return { plan, errors, isDelayed: errors.size === 0 && plan.actions.length > 0 };
      errors = await this.#executor.execute(actions, cluster.tokenLifetime);
    }
  }
}

/** Of an unexpected error only the id is shown: its message may quote a Secret. */
function describeStale(problem: Error): string {
  const bug = findBug(problem);
  return bug === undefined
    ? safeErrorMessage(problem)
    : `internal error ${bug.id}, of which the operator's log has the details`;
}

function soonest(waits: readonly (number | undefined)[]): number | undefined {
  const given = waits.filter(wait => wait !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

const unsynced = (): NotSyncedError =>
  new NotSyncedError('the Secrets or ServiceAccounts of the watched namespaces are not listed yet');

function nextOf({ renewal }: RolePlan, errors: ReadonlyMap<string, unknown>): number | undefined {
  const isRejected = (error: unknown): boolean =>
    error instanceof SecretConflictError ||
    error instanceof StatusRejectedError ||
    classifyError(error).kind === 'rejected';
  const retries = [...errors.values()].map(error => (isRejected(error) ? RETRY_REJECTED_MS : RETRY_MS));
  const renewals = renewal === undefined ? [] : [Math.max(renewal - Date.now(), RETRY_MS)];
  const waits = [...retries, ...renewals];
  return waits.length === 0 ? undefined : Math.min(...waits, MAX_TIMER_MS);
}
