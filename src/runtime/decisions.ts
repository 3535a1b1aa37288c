import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { splitKey, type ObjectKey } from './object-key';
import { TimeLimit } from './time-limit';

/** The maximum number of remembered namespaces, in the order of their last computation. */
const MAX_SERVED = 1_000;

/** A NatsCluster with 5,000 users takes a fifth of it. */
const DEADLINE_MS = 1_000;
/** The fraction for objects whose status does not record a slow computation yet: too short to exhaust the memory, which would end the process without a trace. */
const FIRST = 0.3;
/** The CPU time from which a computation counts as long. */
const LONG_MS = 250;
/** The pause after a long computation, as a multiple of its duration, for its namespace and for others with long ones. */
const OWN_REST = 4;
const COMMON_REST = 1;
/** For the Lease, probes and other requests after a long computation. */
const YIELD_MS = 50;

const MICROSECONDS = 1_000;

interface Waiting {
  readonly namespace: string;
  readonly begin: () => void;
}

/** Runs a synchronous computation for an object within a deadline. */
export type Decide = <T>(key: ObjectKey, work: () => T) => Promise<T>;

/**
 * Runs the synchronous part of reconciliations one after the other, each within a deadline, and yields to the event loop in
 * between. Namespaces with long computations wait for all others, and pause afterwards.
 */
export class Decisions {
  readonly #limit = new TimeLimit();
  /** Objects whose status records a slow computation. */
  readonly #slow = new Set<ObjectKey>();
  readonly #waiting: Waiting[] = [];
  /** When namespaces with long computations may run the next one. */
  readonly #rests = new Map<string, number>();
  #commonRest = 0;
  /** The sequence number of the last computation of each namespace; missing for those without a recent one. */
  readonly #served = new Map<string, number>();
  #count = 0;
  #isBusy = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param deadline milliseconds that one computation may take */
  constructor(private readonly deadline = DEADLINE_MS) {}

  /** Records that the status of the object says that it is slow: it may use the whole deadline. */
  recordSlow(key: ObjectKey): void {
    this.#slow.add(key);
  }

  /** Removes a deleted object. */
  forget(key: ObjectKey): void {
    this.#slow.delete(key);
  }

  /** @throws DeadlineExceededError after the deadline; any error of `work`, which has to be pure */
  readonly decide: Decide = async (key, work) => {
    const { namespace } = splitKey(key);
    await new Promise<void>(begin => {
      this.#waiting.push({ namespace, begin });
      this.#next();
    });
    const limit = this.#slow.has(key) ? this.deadline : this.deadline * FIRST;
    const before = process.cpuUsage();
    let took = limit;
    try {
      const result = this.#limit.run(limit, work);
      const { user, system } = process.cpuUsage(before);
      took = (user + system) / MICROSECONDS;
      return result;
    } finally {
      // An aborted or failed computation counts as long.
      void this.#end(namespace, took);
    }
  };

  #next(): void {
    if (this.#isBusy || this.#waiting.length === 0) return;
    const now = performance.now();
    for (const [namespace, until] of this.#rests) if (until <= now) this.#rests.delete(namespace);
    const due = this.#waiting.map(({ namespace }) => this.#dueAt(namespace));
    const earliest = Math.min(...due);
    clearTimeout(this.#timer);
    if (earliest > now) {
      this.#timer = setTimeout(() => this.#next(), earliest - now);
      return;
    }
    // Round-robin over namespaces.
    const waits = this.#waiting.map(({ namespace }, index) =>
      due[index] === earliest ? (this.#served.get(namespace) ?? 0) : Infinity,
    );
    const [next] = this.#waiting.splice(waits.indexOf(Math.min(...waits)), 1);
    if (next === undefined) return;
    this.#recordServed(next.namespace);
    this.#isBusy = true;
    next.begin();
  }

  #recordServed(namespace: string): void {
    this.#served.delete(namespace);
    this.#served.set(namespace, (this.#count += 1));
    const [longest] = this.#served.keys();
    if (this.#served.size > MAX_SERVED && longest !== undefined) this.#served.delete(longest);
  }

  /** 0 for namespaces without a recent long computation. */
  #dueAt(namespace: string): number {
    const rest = this.#rests.get(namespace);
    return rest === undefined ? 0 : Math.max(rest, this.#commonRest);
  }

  async #end(namespace: string, took: number): Promise<void> {
    if (took >= LONG_MS) {
      const now = performance.now();
      this.#rests.set(namespace, now + OWN_REST * took);
      this.#commonRest = now + COMMON_REST * took;
      await pause(YIELD_MS);
    } else await nextTurn();
    this.#isBusy = false;
    this.#next();
  }
}
