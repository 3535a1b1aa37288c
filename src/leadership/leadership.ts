import { setTimeout as pause } from 'node:timers/promises';
import type { Charge } from '../controller/charge';
import { errorText } from '../controller/error-text';
import type { Logger } from '../controller/logger';
import type { Scope } from '../controller/scope';
import {
  blockerOf,
  chooseLease,
  isContinued,
  nameOf,
  namespacesOfOthers,
  SETTLING,
  type Blocker,
  type Candidate,
} from './contest';
import { HeldLease } from './held-lease';
import { lookAtLeases } from './look-at-leases';
import type { LeaseClaim, LeaseRecord } from './lease';
import type { LeaseClient } from './lease-client';
import { LeaseObserver, type Clock } from './lease-observer';
import { NamespaceClaims } from './namespace-claims';

/** Milliseconds between two looks at the Leases. */
const LOOK = 2_000;

/** Milliseconds between two looks of who waits to take over. */
const WATCHFUL = 1_000;

/** Milliseconds until the next look after one that failed, or that somebody else was faster than. */
const RETRY = 500;

const MOMENT = 100;

/** Milliseconds after which a look is no ground to write into a namespace that somebody may have claimed since; less than they wait. */
const FRESH = 4_000;

export interface LeadershipOptions {
  readonly client: LeaseClient;
  /** The pod, and the namespace that it runs in. */
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly scope: Scope;
  readonly log: Logger;
  readonly clock?: Clock;
}

export interface LeadershipEvents {
  /** Told after each look: what was not in charge may be now. */
  readonly onLook: () => void;
  /** Told when it is over, though nobody has stopped it: what is on its way must not arrive. */
  readonly onLost: () => void;
  /** Told once of each state that people should know. */
  readonly onStanding: (standing: Standing) => void;
}

/** Where this process stands among those that could be in charge. */
export interface Standing {
  readonly kind: 'leading' | 'standby' | 'aside';
  readonly message: string;
}

/**
 * Sees to it that of all operators at most one writes to a cluster: of replicas the one that holds their Lease, of operators of all namespaces the one that was there
 * first, and in a namespace that has an operator of its own, that one. docs/adr/0023-leases.md.
 */
export class Leadership implements Charge {
  readonly #options: LeadershipOptions;
  readonly #clock: Clock;
  readonly #observer: LeaseObserver;
  readonly #claim: LeaseClaim;
  /** Where its replicas' Lease may be. */
  readonly #places: readonly string[];
  /** Where it is: in the first of them that no other operator looks after. */
  #place: string;
  readonly #lease: HeldLease;
  readonly #claims: NamespaceClaims;
  #events: LeadershipEvents | undefined;
  #confirmed = false;
  #settled = Number.POSITIVE_INFINITY;
  #look: { readonly at: number; readonly others: ReadonlyMap<string, string> } | undefined;
  #standing: Standing | undefined;
  /** What went wrong at the last look. */
  #problem: string | undefined;
  #stopped = false;

  constructor(options: LeadershipOptions) {
    const { client, pod, scope } = options;
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#observer = new LeaseObserver(this.#clock);
    this.#claim = { holder: pod.name, home: pod.namespace, scope: scope === undefined ? 'cluster' : 'namespace' };
    const further = (scope ?? []).filter(namespace => namespace !== pod.namespace);
    this.#places = scope === undefined || scope.includes(pod.namespace) ? [pod.namespace, ...further] : further;
    this.#place = this.#places[0] ?? pod.namespace;
    const onLost = (): void => this.#lost();
    this.#lease = new HeldLease(client, this.#clock, this.#claim, onLost);
    this.#claims = new NamespaceClaims(client, this.#clock, this.#observer, this.#claim, scope ?? [], onLost);
  }

  /** Whether anything may be written to clusters, at this very moment. */
  mayWrite(): boolean {
    return this.#confirmed && !this.#stopped && this.#lease.isHeld();
  }

  has(namespace: string): boolean {
    if (!this.mayWrite() || this.#clock() < this.#settled) return false;
    if (this.#options.scope === undefined) return this.#isFresh() && this.other(namespace) === undefined;
    return namespace === this.#place || this.#claims.has(namespace);
  }

  other(namespace: string): string | undefined {
    if (!this.mayWrite() || (this.#options.scope !== undefined && namespace === this.#place)) return undefined;
    return this.#look?.others.get(namespace) ?? this.#claims.other(namespace);
  }

  /** Takes part from now on. */
  async run(events: LeadershipEvents): Promise<void> {
    this.#events = events;
    while (!this.#stopped) {
      const wait = await this.#step();
      events.onLook();
      await pause(wait, undefined, { ref: false });
    }
    await this.#release();
  }

  /**
   * Gives up what it holds, so that another replica can take it at once.
   *
   * @param settled waits for writes that are on their way
   */
  async stop(settled: () => Promise<void>): Promise<void> {
    this.#stopped = true;
    await settled();
    await this.#release();
  }

  async #release(): Promise<void> {
    await Promise.all([this.#lease.release(), this.#claims.release()]);
  }

  /** @returns milliseconds until the next look */
  async #step(): Promise<number> {
    try {
      const wait = this.#confirmed && this.#lease.isHeld() ? await this.#govern() : await this.#compete();
      this.#problem = undefined;
      return wait;
    } catch (error) {
      if (this.#problem !== errorText(error))
        this.#options.log.warn({ error: errorText(error) }, 'the Leases could not be looked at');
      this.#problem = errorText(error);
      return RETRY;
    }
  }

  async #compete(): Promise<number> {
    this.#confirmed = false;
    const candidates = await this.#candidates();
    const chosen = chooseLease(candidates, lease => this.#isReplica(lease));
    if (chosen === undefined) return RETRY;
    if ('lease' in chosen) return this.#standAside(chosen);
    const { place, own } = chosen;
    if (!(await this.#lease.take(place, own))) return RETRY;
    this.#place = place;
    // Who claims must look again: another may have done so at the same moment, and then sees this one.
    const rival = blockerOf(this.#claim, undefined, await this.#others(), this.#observer);
    if (rival !== undefined) {
      await this.#lease.release();
      return Math.random() * LOOK;
    }
    return this.#lead(own, candidates);
  }

  async #candidates(): Promise<Candidate[]> {
    const all = await this.#all();
    return lookAtLeases(this.#places, async place => {
      const own = all.find(({ namespace }) => namespace === place) ?? (await this.#options.client.read(place));
      return { place, own, blocker: blockerOf(this.#claim, own, all, this.#observer) };
    });
  }

  #isReplica({ namespace, home, scope }: LeaseRecord): boolean {
    return this.#places.includes(namespace) && home === this.#claim.home && scope === this.#claim.scope;
  }

  #lead(former: LeaseRecord | undefined, candidates: readonly Candidate[]): number {
    const settling = this.#claim.scope === 'namespace' && !isContinued(former, Date.now()) ? SETTLING : 0;
    this.#settled = this.#clock() + settling;
    this.#confirmed = !this.#stopped;
    const free = candidates.filter(({ blocker }) => blocker === undefined).map(({ place }) => place);
    const where = this.#options.scope === undefined ? 'all namespaces' : free.join(', ');
    this.#tell({ kind: 'leading', message: `this pod is in charge of the NatsClusters of ${where}` });
    return 0;
  }

  async #govern(): Promise<number> {
    await this.#lease.keep();
    const at = this.#clock();
    if (this.#claim.scope === 'namespace') await this.#claims.look(this.#place);
    else this.#look = { at, others: namespacesOfOthers(await this.#all(), this.#observer) };
    const unsettled = this.#settled - this.#clock();
    // Those of further namespaces, taken a moment later, are to be settled by then as well.
    return unsettled > 0 ? Math.min(LOOK, unsettled + MOMENT) : LOOK;
  }

  #standAside({ lease, remaining }: Blocker): number {
    const isReplica = this.#isReplica(lease);
    const message = isReplica
      ? `another replica is in charge: ${lease.holder ?? ''}`
      : `another operator is in charge: ${nameOf(lease)}; this one stays out`;
    this.#tell({ kind: isReplica ? 'standby' : 'aside', message });
    return Math.min(WATCHFUL, remaining);
  }

  #tell(standing: Standing): void {
    if (this.#standing?.message === standing.message) return;
    this.#standing = standing;
    this.#events?.onStanding(standing);
  }

  #lost(): void {
    this.#confirmed = false;
    this.#tell({ kind: 'standby', message: 'the Lease could not be renewed; this pod is in charge no longer' });
    this.#events?.onLost();
  }

  #isFresh(): boolean {
    return this.#look !== undefined && this.#clock() - this.#look.at < FRESH;
  }

  /** Of an operator of some namespaces the others are none of its business, and it may not look for them. */
  async #all(): Promise<LeaseRecord[]> {
    return this.#claim.scope === 'cluster' ? this.#options.client.readAll() : [];
  }

  async #others(): Promise<LeaseRecord[]> {
    return (await this.#all()).filter(({ namespace }) => namespace !== this.#place);
  }
}
