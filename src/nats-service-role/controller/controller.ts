import { NATS_SERVICE_ROLE, type NatsServiceRoleObject } from '../service-role';
import type { ObservedCluster } from '../plan/role-cluster';
import type { ObjectKey } from '../../runtime/object-key';
import type { Phase } from '../../runtime/informer';
import type { InformerTarget } from '../../runtime/informer-target';
import type { Decide } from '../../runtime/decisions';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import type { Logger } from '../../runtime/logger';
import type { ObjectMetadata, ObjectReference } from '../../runtime/metadata-informer';
import { AccountIndex } from './account-index';
import { RoleIndex } from './role-index';
import { RoleReconciler, type OperatorNamespaces, type RolesResult } from './reconciler';
import { TokenIndex } from './token-index';

/**
 * Receives the events of NatsServiceRoles, ServiceAccounts and token Secrets, and enqueues their NatsCluster, whose
 * reconciliation includes that of its roles: docs/adr/0022-roles-share-the-queue-of-their-cluster.md.
 */
export class ServiceRoleController {
  readonly #enqueue: (key: ObjectKey) => void;
  readonly #roles: RoleIndex;
  readonly #tokens: TokenIndex;
  readonly #accounts: AccountIndex;
  readonly #reconciler: RoleReconciler;

  /** @param enqueue adds a cluster to the work queue */
  constructor(
    kube: KubeClient,
    log: Logger,
    namespaces: OperatorNamespaces,
    decide: Decide,
    enqueue: (key: ObjectKey) => void,
  ) {
    this.#enqueue = enqueue;
    this.#roles = new RoleIndex(kube, namespaces.scope);
    this.#tokens = new TokenIndex(kube);
    this.#accounts = new AccountIndex(kube, namespaces.scope, {
      onChange: name => this.#roles.clustersOf(name).forEach(enqueue),
      onError: error => log.warn({ error: safeErrorMessage(error) }, 'Watch of ServiceAccounts failed, relisting'),
    });
    const events = new EventRecorder(kube, NATS_SERVICE_ROLE, (role, error) =>
      log.warn({ role, error: safeErrorMessage(error) }, 'Failed to record event'),
    );
    const indexes = { roles: this.#roles, tokens: this.#tokens, accounts: this.#accounts };
    this.#reconciler = new RoleReconciler({ kube, log, decide, events, indexes, ...namespaces });
  }

  /** A NatsServiceRole was created, changed or deleted. */
  roleChanged(role: NatsServiceRoleObject, phase: Phase): void {
    const keys = phase === 'gone' ? this.#roles.remove(role) : this.#roles.store(role);
    const name = role.metadata?.name ?? '';
    if (phase === 'gone') this.#reconciler.forget(role.metadata?.uid ?? '');
    if (phase === 'gone' && this.#roles.clustersOf(name).length === 0) this.#accounts.forget(name);
    keys.forEach(this.#enqueue);
  }

  /** The cached roles or token Secrets, in a namespace or in all. */
  cached(kind: 'NatsServiceRole' | 'Secret', namespace: string | undefined): Iterable<InformerTarget> {
    return kind === 'Secret' ? this.#tokens.cached(namespace) : this.#roles.cached(namespace);
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
   * Reconciles the roles of a cluster.
   *
   * @see RoleReconciler.reconcile
   */
  async reconcile(key: ObjectKey, observed: ObservedCluster | undefined): Promise<RolesResult> {
    return this.#reconciler.reconcile(key, observed);
  }

  stop(): void {
    this.#accounts.stop();
  }
}
