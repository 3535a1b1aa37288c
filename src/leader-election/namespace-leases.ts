import type { Logger } from '../runtime/logger';
import { nameOf, type LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseObserver, type Clock } from './lease-observer';
import { graceOf, MAX_SNAPSHOT_AGE_MS } from './lease-timing';

/** Maximum number of namespaces in one log message. */
const MAX_LOGGED = 20;

/**
 * The namespaces that have an operator of their own, as seen by a cluster-scoped operator. A Lease affects only its own
 * namespace, regardless of its author.
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

  /** Whether the snapshot is recent enough for writes. */
  isFresh(): boolean {
    return this.#snapshot !== undefined && this.clock() - this.#snapshot.at < MAX_SNAPSHOT_AGE_MS;
  }

  /** The description of the operator of each namespace. */
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

  /** Milliseconds until this operator may manage the namespace, if its Lease is not renewed. */
  #remaining(claim: LeaseRecord): number {
    return graceOf(claim) - this.#observer.unchangedFor(claim);
  }

  #logChange(live: readonly LeaseRecord[]): void {
    const before = this.owners();
    const isSame = live.length === before.size && live.every(({ namespace }) => before.has(namespace));
    if (isSame) return;
    const namespaces = live.slice(0, MAX_LOGGED).map(claim => {
      const end = new Date(Date.now() + this.#remaining(claim)).toISOString();
      return `${claim.namespace}: ${nameOf(claim)}, until ${end} unless it renews its Lease`;
    });
    const more = live.length > MAX_LOGGED ? { more: live.length - MAX_LOGGED } : {};
    const message =
      live.length === 0 ? 'No namespace is managed by another operator' : 'Namespaces are managed by other operators';
    this.log.info({ namespaces, ...more }, message);
  }
}
