import type { Logger } from '../runtime/logger';
import { nameOf, type LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseObserver, type Clock } from './lease-observer';
import { graceOf, MAX_SNAPSHOT_AGE_MS } from './lease-timing';

/** So many namespaces are named in one line of the log. */
const NAMED = 20;

/**
 * What an operator of all namespaces knows of those that have an operator of their own. A Lease in a namespace decides about that namespace alone, whoever
 * wrote it.
 */
export class NamespaceLeases {
  readonly #observer: LeaseObserver;
  #snapshot: { readonly at: number; readonly owners: ReadonlyMap<string, string> } | undefined;

  constructor(
    private readonly client: LeaseClient,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    this.#observer = new LeaseObserver(clock);
  }

  /** Whether what is known is young enough to write by. */
  isFresh(): boolean {
    return this.#snapshot !== undefined && this.clock() - this.#snapshot.at < MAX_SNAPSHOT_AGE_MS;
  }

  /** Namespaces, and the operator of each as people are told. */
  owners(): ReadonlyMap<string, string> {
    return this.#snapshot?.owners ?? new Map();
  }

  async read(): Promise<void> {
    const at = this.clock();
    const claims = await this.client.readNamespaceLeases();
    this.#observer.retain(new Set(claims.map(({ namespace }) => namespace)));
    const live = claims.filter(claim => this.#remaining(claim) > 0);
    this.#logChange(live);
    if (this.#snapshot !== undefined && this.#snapshot.at > at) return;
    this.#snapshot = { at, owners: new Map(live.map(claim => [claim.namespace, nameOf(claim)])) };
  }

  /** Milliseconds until the namespace is this operator's, if its Lease is not renewed. */
  #remaining(claim: LeaseRecord): number {
    return graceOf(claim) - this.#observer.unchangedFor(claim);
  }

  #logChange(live: readonly LeaseRecord[]): void {
    const before = this.owners();
    const isSame = live.length === before.size && live.every(({ namespace }) => before.has(namespace));
    if (isSame) return;
    const namespaces = live.slice(0, NAMED).map(claim => {
      const end = new Date(Date.now() + this.#remaining(claim)).toISOString();
      return `${claim.namespace}: ${nameOf(claim)}, until ${end} unless it renews its Lease`;
    });
    const more = live.length > NAMED ? { more: live.length - NAMED } : {};
    const message =
      live.length === 0 ? 'no namespace is left to another operator' : 'namespaces are left to operators of their own';
    this.log.info({ namespaces, ...more }, message);
  }
}
