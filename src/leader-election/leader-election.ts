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
  /** The pod, and the namespace that it runs in. */
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly scope: Scope;
  /** The namespace of the operator that administrators have put in charge of all; undefined where they have said nothing. */
  readonly appointed: () => Promise<string | undefined>;
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface LeadershipEvents {
  /** Called every two seconds, and after each change: what was not in charge may be now. */
  readonly onPoll: () => void;
  /** Called when it holds no Lease any more, though nobody has stopped it: what is on its way must not arrive. */
  readonly onLost: () => void;
  /** Called once of each state that people should know. */
  readonly onLeadership: (standing: LeadershipState) => void;
}

/**
 * Sees to it that of all operators at most one writes to a cluster. An operator of all namespaces holds one Lease, in its own namespace; one of some holds a
 * Lease in each of them, and each counts for its namespace alone. docs/adr/0023-leases.md.
 */
export class Leadership implements NamespaceOwnership {
  readonly #options: LeadershipOptions;
  /** By the namespace that the Lease is in. */
  readonly #locks: ReadonlyMap<string, LeaseLock>;
  /** Undefined in an operator of some namespaces: the others are none of its business, and it may not look for them. */
  readonly #namespaceLeases: NamespaceLeases | undefined;
  /** The namespace of the cluster that is being reconciled. */
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
        obstacle: async () => (scope === undefined ? this.#competitor() : undefined),
        onChange: () => this.#changed(),
        onLeadership: standing => this.#events?.onLeadership(standing),
      }),
    ];
    this.#locks = new Map((scope ?? [pod.namespace]).map(lock));
    this.#namespaceLeases = scope === undefined ? new NamespaceLeases(client, clock, log) : undefined;
  }

  /** Whether this process is in charge of anything, at this very moment. */
  leads(): boolean {
    return [...this.#locks.values()].some(lock => lock.isHeld());
  }

  /** Whether a write may be sent now: while a cluster is reconciled, to whatever belongs to it. */
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

  /** The namespaces that several operators could be in charge of, and whether this process is. */
  namespaces(): ReadonlyMap<string, boolean> {
    const named = this.#namespaceLeases === undefined ? this.#locks.keys() : this.#namespaceLeases.owners().keys();
    return new Map([...named].map(namespace => [namespace, this.has(namespace)]));
  }

  /** Takes part from now on, until it is stopped. */
  async run(events: LeadershipEvents): Promise<void> {
    this.#events = events;
    await Promise.all([...[...this.#locks.values()].map(async lock => lock.run()), this.#poll()]);
  }

  /**
   * Gives up what it holds, so that another replica can take it at once.
   *
   * @param settled waits for writes that are on their way
   * @throws where the API server does not take one of them; the others are given up all the same
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
      if (this.#problem !== problem)
        this.#options.log.warn({ error: problem }, 'the claims of namespaces could not be read');
      this.#problem = problem;
    }
    this.#events?.onPoll();
  }

  #changed(): void {
    if (this.#stopped) return;
    if (!this.leads()) this.#events?.onLost();
    inBackground(async () => this.#pollLeases(), this.#options.log, 'the claims of namespaces could not be read');
  }

  async #competitor(): Promise<string | undefined> {
    const namespace = await this.#options.appointed();
    if (namespace === undefined || namespace === this.#options.pod.namespace) return undefined;
    return `another operator is in charge of all namespaces: the webhook configuration nats-operator names that in ${namespace}`;
  }
}

/** Replicas have the same namespaces; two installations that run in one namespace have not. */
function instanceOf(home: string, scope: Scope): string {
  const words = scope === undefined ? [home] : [home, ...[...scope].sort()];
  return createHash('sha256').update(words.join('/')).digest('hex').slice(0, 12);
}
