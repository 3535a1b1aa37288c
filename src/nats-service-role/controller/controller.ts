import { findChild } from '../../nats-cluster/child';
import { configSecretName } from '../../nats-cluster/spec/names';
import type { Problem } from '../../schema/problem';
import type { SecretContent } from '../../kubernetes/secret-content';
import { NATS_SERVICE_ROLE, type Account, type NatsServiceRoleObject } from '../service-role';
import type { ServiceUser } from '../../nats-cluster/spec/service-user';
import { validateServiceRole } from '../validate-service-role';
import { lastPermissions } from '../plan/last-permissions';
import { lastServiceUsers } from '../plan/last-users';
import { stateOf, toRoleCluster, type ObservedCluster } from '../plan/role-cluster';
import { planServiceRoles, type RoleOutcome, type RolePlan } from '../plan/role-plan';
import type { RoleCluster, ObservedRoles } from '../plan/observed-roles';
import { serviceUsers } from '../plan/service-users';
import { done, failed, waiting, type Outcome } from '../../runtime/outcome';
import { classifyError } from '../../runtime/api-error';
import { splitKey, type ObjectKey } from '../../runtime/object-key';
import type { Phase } from '../../runtime/informer';
import type { InformerTarget } from '../../runtime/informer-target';
import type { Decide } from '../../nats-cluster/controller/bounded-sync';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';
import { DeadlineExceededError, StarvedError } from '../../runtime/time-limit';
import { findBug, NotSyncedError } from '../../nats-cluster/controller/reconcile-error';
import type { Scope } from '../../runtime/scope';
import { AccountIndex } from './account-index';
import { IssueBudget } from './issue-budget';
import { RoleActionExecutor } from './action-executor';
import { RoleIndex } from './role-index';
import { RoleStatusWriter } from './status-writer';
import { TokenIndex } from './token-index';
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

/** The maximum number of orphaned token Secrets deleted in one reconciliation. */
const MAX_STRAYS = 50;
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

/** Reconciles NatsServiceRoles: each reconciliation of a cluster issues and removes the tokens of its roles, and returns its users. */
export class ServiceRoleController {
  readonly #log: Logger;
  readonly #scope: Scope;
  readonly #decide: Decide;
  readonly #operatorNamespace: string | undefined;
  readonly #issuesTokens: boolean;
  readonly #gracePeriod: number;
  readonly #budget = new IssueBudget();
  /** The last logged accounts without consent, by the role's uid. */
  readonly #reluctant = new Map<string, string>();
  readonly #enqueue: (key: ObjectKey) => void;
  readonly #roles: RoleIndex;
  readonly #tokens: TokenIndex;
  readonly #accounts: AccountIndex;
  readonly #executor: RoleActionExecutor;
  readonly #reporter: RoleStatusWriter;
  readonly #reviews = new WeakMap<NatsServiceRoleObject, readonly Problem[]>();
  /** Since when the roles of each cluster with service accounts are unreadable. */
  readonly #unreadableSince = new Map<ObjectKey, number>();

  /**
   * @param enqueue adds a cluster to the work queue
   */
  constructor(
    kube: KubeClient,
    log: Logger,
    { scope, operatorNamespace, issuesTokens, gracePeriod = GRACE_PERIOD_MS }: OperatorNamespaces,
    decide: Decide,
    enqueue: (key: ObjectKey) => void,
  ) {
    this.#operatorNamespace = operatorNamespace;
    this.#issuesTokens = issuesTokens;
    this.#gracePeriod = gracePeriod;
    this.#log = log;
    this.#decide = decide;
    this.#scope = scope;
    this.#enqueue = enqueue;
    this.#roles = new RoleIndex(kube, scope);
    this.#tokens = new TokenIndex(kube);
    this.#accounts = new AccountIndex(kube, scope, {
      onChange: name => this.#roles.clustersOf(name).forEach(enqueue),
      onError: error => log.warn({ error: safeErrorMessage(error) }, 'Watch of ServiceAccounts failed, relisting'),
    });
    const onLost = (role: string, error: unknown): void =>
      log.warn({ role, error: safeErrorMessage(error) }, 'Failed to record event');
    this.#executor = new RoleActionExecutor(
      kube,
      this.#roles,
      this.#tokens,
      new EventRecorder(kube, NATS_SERVICE_ROLE, onLost),
    );
    this.#reporter = new RoleStatusWriter(kube, this.#roles);
  }

  roleChanged(role: NatsServiceRoleObject, phase: Phase): void {
    const keys = phase === 'gone' ? this.#roles.remove(role) : this.#roles.store(role);
    const name = role.metadata?.name ?? '';
    if (phase === 'gone') this.#reluctant.delete(role.metadata?.uid ?? '');
    if (phase === 'gone' && this.#roles.clustersOf(name).length === 0) this.#accounts.forget(name);
    keys.forEach(this.#enqueue);
  }

  /** The cached roles or token Secrets, in a namespace or in all. */
  held(kind: 'NatsServiceRole' | 'Secret', namespace: string | undefined): Iterable<InformerTarget> {
    return kind === 'Secret' ? this.#tokens.held(namespace) : this.#roles.held(namespace);
  }

  /** The roles of a cluster and their generations, as a text that changes with their specs. */
  generationsOf(key: ObjectKey): string {
    return this.#roles
      .of(key)
      .map(({ metadata }) => `${metadata?.uid ?? ''}/${metadata?.generation ?? ''}`)
      .join();
  }

  /** A Secret was created, changed or deleted. */
  secretChanged(metadata: ObjectMetadata & ObjectReference, phase: Phase): void {
    this.#tokens.note(metadata, phase).forEach(this.#enqueue);
  }

  /** All Secrets have been listed. */
  secretsListed(): void {
    this.#tokens.listed();
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

  /** Roles that are unreadable for long do not block the cluster: their users stay as they are, and no token changes. */
  #withoutRoles(key: ObjectKey, observed: ObservedCluster | undefined, problem: Error, wait: number): RolesResult {
    if (observed === undefined || stateOf(observed) !== 'enabled') {
      this.#unreadableSince.delete(key);
      return { outcome: waiting(wait), isKnown: true, users: undefined };
    }
    const now = performance.now();
    const since = this.#unreadableSince.get(key) ?? now;
    this.#unreadableSince.set(key, since);
    const gracePeriod = problem instanceof NotSyncedError ? UNSYNCED_GRACE_PERIOD_MS : this.#gracePeriod;
    const users = now - since < gracePeriod ? undefined : lastServiceUsers(observed);
    if (users === undefined) return { outcome: failed(problem), isKnown: false, users };
    const outcome = waiting(RETRY_STALE_MS);
    return { outcome, isKnown: true, users, stale: describeStale(problem) };
  }

  /** @returns undefined while a cache is not synced */
  async #reconcile(key: ObjectKey, observed: ObservedCluster | undefined): Promise<RolesResult | undefined> {
    const { namespace, name } = splitKey(key);
    const isEnabled = stateOf(observed) === 'enabled';
    await this.#roles.ready(namespace);
    const needsAccounts = isEnabled && this.#issuesTokens;
    if (!this.#tokens.isReady() || (needsAccounts && !this.#accounts.isReady(this.#roles.names()))) return undefined;
    const hasNone = this.#roles.of(key).length === 0 && !this.#tokens.has(key);
    const stale = isEnabled ? this.#roles.rejection(namespace) : undefined;
    const retry = stale === undefined ? undefined : RETRY_STALE_MS;
    if (hasNone) return { outcome: done(retry), isKnown: true, users: isEnabled ? [] : undefined, stale };
    const operator = {
      reach: this.#scope,
      operatorNamespace: this.#operatorNamespace,
      issuesTokens: this.#issuesTokens,
    };
    const cluster = await this.#decide(key, () => toRoleCluster(namespace, name, observed, operator, new Date()));
    const { plan, errors, isDelayed } = await this.#apply(key, cluster);
    plan.outcomes.forEach(outcome => this.#logReluctant(key, outcome));
    for (const [what, error] of await this.#reporter.report(plan, cluster)) errors.set(what, error);
    for (const [what, error] of errors) {
      this.#log.warn({ cluster: key, what, error: safeErrorMessage(error) }, 'Failed to reconcile a service role');
    }
    const config = configOf(name, observed);
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
      const observed = await this.#observe(key, cluster, errors);
      const plan = await this.#decide(key, () => planServiceRoles(observed, new Date()));
      const actions =
        errors.size > 0 || pass > MAX_PASSES ? [] : this.#budget.take(cluster.namespace, plan.actions, Date.now());
      if (actions.length === 0) return { plan, errors, isDelayed: errors.size === 0 && plan.actions.length > 0 };
      errors = await this.#executor.execute(actions, cluster.tokenLifetime);
    }
  }

  async #observe(key: ObjectKey, cluster: RoleCluster, errors: ReadonlyMap<string, unknown>): Promise<ObservedRoles> {
    const all = this.#roles.of(key);
    const roles = await this.#decide(key, () => all.map(role => ({ role, problems: this.#problems(role) })));
    const isEnabled = cluster.state === 'enabled';
    const desired = new Set(isEnabled ? roles.map(({ role }) => role.metadata?.uid) : []);
    const tokens = await this.#tokensOf(key, all, desired);
    return {
      cluster,
      roles,
      moved: this.#moved(cluster, tokens),
      accounts: isEnabled && cluster.issuesTokens ? await this.#accountsOf(all) : [],
      tokens,
      failures: new Map([...errors].map(([what, error]) => [what, safeErrorMessage(error)])),
    };
  }

  /** Tokens of the cluster's roles, and a limited number of orphans: anyone who may write Secrets can create any number of those. */
  async #tokensOf(
    key: ObjectKey,
    roles: readonly NatsServiceRoleObject[],
    desired: ReadonlySet<string | undefined>,
  ): Promise<ObservedRoles['tokens']> {
    const uids = new Set(roles.map(({ metadata }) => metadata?.uid));
    const all = await this.#tokens.of(key, ({ roleUid }) => desired.has(roleUid));
    const orphans = all.filter(({ secret }) => !uids.has(secret.roleUid));
    return [...all.filter(({ secret }) => uids.has(secret.roleUid)), ...orphans.slice(0, MAX_STRAYS)];
  }

  /** One name after the other, so that requests for other clusters are not delayed. */
  async #accountsOf(roles: readonly NatsServiceRoleObject[]): Promise<Account[]> {
    const accounts: Account[] = [];
    for (const { metadata } of roles) accounts.push(...(await this.#accounts.named(metadata?.name ?? '')));
    return accounts;
  }

  #moved({ namespace, name }: RoleCluster, tokens: ObservedRoles['tokens']): ObservedRoles['moved'] {
    const uids = new Map(tokens.map(({ secret }) => [secret.roleUid, secret.role]));
    return new Map(
      [...uids].flatMap(([uid, role]): [string, string][] => {
        const other = this.#roles.clusterOf(namespace, role, uid);
        return other === undefined || other === name ? [] : [[uid, other]];
      }),
    );
  }

  stop(): void {
    this.#accounts.stop();
  }

  /** Validates a role once, because that takes longer than everything else. */
  #problems(role: NatsServiceRoleObject): readonly Problem[] {
    const known = this.#reviews.get(role);
    if (known !== undefined) return known;
    const { problems } = validateServiceRole(role);
    this.#reviews.set(role, problems);
    return problems;
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

/** The present configuration of the servers. */
const configOf = (cluster: string, observed: ObservedCluster | undefined): SecretContent | undefined =>
  findChild(observed?.children ?? [], 'Secret', configSecretName(cluster));

function nextOf({ renewal }: RolePlan, errors: ReadonlyMap<string, unknown>): number | undefined {
  const isRejected = (error: unknown): boolean =>
    error instanceof SecretConflictError || classifyError(error).kind === 'refused';
  const retries = [...errors.values()].map(error => (isRejected(error) ? RETRY_REJECTED_MS : RETRY_MS));
  const renewals = renewal === undefined ? [] : [Math.max(renewal - Date.now(), RETRY_MS)];
  const waits = [...retries, ...renewals];
  return waits.length === 0 ? undefined : Math.min(...waits, MAX_TIMER_MS);
}
