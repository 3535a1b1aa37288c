import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { NamespaceOwnership } from '../runtime/namespace-ownership';
import { safeErrorMessage } from '../runtime/safe-error-message';
import { inBackground } from '../runtime/in-background';
import type { Logger } from '../runtime/logger';
import type { Scope } from '../runtime/scope';
import type { LeaseRequest } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseLock } from './lease-lock';
import type { Clock } from './lease-observer';
import { POLL_INTERVAL_MS } from './lease-timing';
import { NamespaceLeases } from './namespace-leases';
import type { LeadershipState } from './leadership-state';

export interface LeadershipOptions {
  readonly client: LeaseClient;
  /** The pod of this process and its namespace. */
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly scope: Scope;
  /** The namespace of the operator appointed by administrators to manage all namespaces; undefined if there is none. */
  readonly appointed: () => Promise<string | undefined>;
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface LeadershipEvents {
  /** Called every two seconds and after each change of ownership. */
  readonly onPoll: () => void;
  /** Called when all Leases were lost without a stop: in-flight writes must be aborted. */
  readonly onLost: () => void;
  /** Called once for each new state. */
  readonly onLeadership: (state: LeadershipState) => void;
}

/**
 * Leader election: ensures that at most one operator writes to a cluster. A cluster-scoped operator holds one Lease in
 * its own namespace; a namespaced one holds an independent Lease in each of its namespaces. docs/adr/0011-leases.md.
 */
export class Leadership implements NamespaceOwnership {
  readonly #options: LeadershipOptions;
  /** By the namespace of the Lease. */
  readonly #locks: ReadonlyMap<string, LeaseLock>;
  /** Undefined in a namespaced operator, which may not list Leases of other namespaces. */
  readonly #namespaceLeases: NamespaceLeases | undefined;
  /** The namespace being reconciled. */
  readonly #reconciled = new AsyncLocalStorage<string | undefined>();
  #events: LeadershipEvents | undefined;
  #problem: string | undefined;
  #stopped = false;

  constructor(options: LeadershipOptions) {
    const { client, pod, scope, log, clock = () => performance.now() } = options;
    this.#options = options;
    const claim: LeaseRequest = {
      holder: pod.name,
      home: pod.namespace,
      instance: instanceOf(pod.namespace, scope),
      scope: scope === undefined ? 'cluster' : 'namespace',
    };
    const lock = (namespace: string): [string, LeaseLock] => [
      namespace,
      new LeaseLock({
        client,
        clock,
        log,
        namespace,
        claim,
        what: scope === undefined ? 'all namespaces' : namespace,
        competitor: async () => (scope === undefined ? this.#competitor() : undefined),
        onChange: () => this.#changed(),
        onLeadership: state => this.#events?.onLeadership(state),
      }),
    ];
    this.#locks = new Map((scope ?? [pod.namespace]).map(lock));
    this.#namespaceLeases = scope === undefined ? new NamespaceLeases(client, clock, log) : undefined;
  }

  /** Whether this process is the leader of any Lease now. */
  leads(): boolean {
    return [...this.#locks.values()].some(lock => lock.isHeld());
  }

  /** Whether a write may be sent now; during a reconciliation, whether its namespace is owned. */
  mayWrite(): boolean {
    const namespace = this.#reconciled.getStore();
    return namespace === undefined ? this.leads() : this.has(namespace);
  }

  async during<T>(namespace: string | undefined, work: () => Promise<T>): Promise<T> {
    return this.#reconciled.run(namespace, work);
  }

  has(namespace: string): boolean {
    if (this.#namespaceLeases === undefined) return this.#locks.get(namespace)?.isHeld() ?? false;
    return this.leads() && this.#namespaceLeases.isFresh() && !this.#namespaceLeases.owners().has(namespace);
  }

  other(namespace: string): string | undefined {
    if (!this.leads()) return undefined;
    return this.#namespaceLeases === undefined
      ? this.#locks.get(namespace)?.otherOperator()
      : this.#namespaceLeases.owners().get(namespace);
  }

  /** The namespaces with Leases of their own, and whether this process manages them. */
  namespaces(): ReadonlyMap<string, boolean> {
    const named = this.#namespaceLeases === undefined ? this.#locks.keys() : this.#namespaceLeases.owners().keys();
    return new Map([...named].map(namespace => [namespace, this.has(namespace)]));
  }

  /** Runs for election until it is stopped. */
  async run(events: LeadershipEvents): Promise<void> {
    this.#events = events;
    await Promise.all([...[...this.#locks.values()].map(async lock => lock.run()), this.#poll()]);
  }

  /**
   * Releases all Leases, so that another replica can acquire them immediately.
   *
   * @param settled waits for in-flight writes
   * @throws if the API server rejects one of them; the others are released nevertheless
   */
  async stop(settled: () => Promise<void>): Promise<void> {
    this.#stopped = true;
    const locks = [...this.#locks.values()];
    for (const lock of locks) lock.stop();
    await settled();
    const outcomes = await Promise.allSettled(locks.map(async lock => lock.release()));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  async #poll(): Promise<void> {
    while (!this.#stopped) {
      await this.#pollLeases();
      await pause(POLL_INTERVAL_MS, undefined, { ref: false });
    }
  }

  async #pollLeases(): Promise<void> {
    try {
      if (this.leads()) await this.#namespaceLeases?.read();
      this.#problem = undefined;
    } catch (error) {
      const problem = safeErrorMessage(error);
      if (this.#problem !== problem) this.#options.log.warn({ error: problem }, 'Failed to list namespace Leases');
      this.#problem = problem;
    }
    this.#events?.onPoll();
  }

  #changed(): void {
    if (this.#stopped) return;
    if (!this.leads()) this.#events?.onLost();
    inBackground(async () => this.#pollLeases(), this.#options.log, 'Failed to list namespace Leases');
  }

  async #competitor(): Promise<string | undefined> {
    const namespace = await this.#options.appointed();
    if (namespace === undefined || namespace === this.#options.pod.namespace) return undefined;
    return `Another operator manages all namespaces: the webhook configuration nats-operator references the one in ${namespace}`;
  }
}

/** Identifies an installation: its replicas share the scope, two installations in one namespace do not. */
function instanceOf(home: string, scope: Scope): string {
  const words = scope === undefined ? [home] : [home, ...[...scope].sort()];
  return createHash('sha256').update(words.join('/')).digest('hex').slice(0, 12);
}
