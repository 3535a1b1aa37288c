import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { splitKey, type ObjectKey } from '../../runtime/object-key';
import { TimeLimit } from '../../runtime/time-limit';

/** Namespaces that are remembered in the order in which they had their last decision. */
const MAX_SERVED = 1_000;

/** Milliseconds that one decision may take. A cluster with 5,000 users takes a fifth of it. */
const DEADLINE = 1_000;
/** What part of it those may take whose status does not say yet that they take long: too little to fill the memory, which would end the process without a trace. */
const FIRST = 0.3;
/** Milliseconds of processor time: what takes longer is made up for by others' time. */
const LONG = 250;
/** How many times as long as a long decision has taken its namespace waits for its next one, and other namespaces with long decisions for theirs. */
const OWN_REST = 4;
const COMMON_REST = 1;
/** Milliseconds that the Lease, the probes and other requests have after a long decision. */
const BREATH = 50;

const MICROSECONDS = 1_000;

interface Waiting {
  readonly namespace: string;
  readonly begin: () => void;
}

/** Computes for a cluster, so that it can't keep the process from anything else for long. */
export type Decide = <T>(key: ObjectKey, work: () => T) => Promise<T>;

/**
 * Runs the synchronous part of reconciles, one after the other, each within its deadline, and leaves the event loop to others in between. Namespaces whose decisions
 * take long wait for all others, and rest afterwards.
 */
export class Decisions {
  readonly #limit = new TimeLimit();
  /** Those that are known to take long. */
  readonly #marked = new Set<ObjectKey>();
  readonly #waiting: Waiting[] = [];
  /** When namespaces with long decisions may have their next one. */
  readonly #rests = new Map<string, number>();
  #commonRest = 0;
  /** When namespaces had their last decision, as a count; those that had none of late are not in it. */
  readonly #served = new Map<string, number>();
  #count = 0;
  #isBusy = false;
  #timer: NodeJS.Timeout | undefined;

  /** @param deadline milliseconds that one decision may take */
  constructor(private readonly deadline = DEADLINE) {}

  /** The status of a cluster says that it takes long: it may take all the time there is. */
  mark(key: ObjectKey): void {
    this.#marked.add(key);
  }

  /** There is no such cluster any more. */
  forget(key: ObjectKey): void {
    this.#marked.delete(key);
  }

  /** @throws DeadlineExceededError where it takes too long; whatever `work`, which has to be a pure function, throws */
  readonly decide: Decide = async (key, work) => {
    const { namespace } = splitKey(key);
    await new Promise<void>(begin => {
      this.#waiting.push({ namespace, begin });
      this.#next();
    });
    const limit = this.#marked.has(key) ? this.deadline : this.deadline * FIRST;
    const before = process.cpuUsage();
    let took = limit;
    try {
      const result = this.#limit.run(limit, work);
      const { user, system } = process.cpuUsage(before);
      took = (user + system) / MICROSECONDS;
      return result;
    } finally {
      // What is given up, or fails, counts as long.
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
    // Round-robin over the namespaces: one with many decisions waits behind its own.
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

  /** 0 for those that have had no long decision of late. */
  #dueAt(namespace: string): number {
    const rest = this.#rests.get(namespace);
    return rest === undefined ? 0 : Math.max(rest, this.#commonRest);
  }

  async #end(namespace: string, took: number): Promise<void> {
    if (took >= LONG) {
      const now = performance.now();
      this.#rests.set(namespace, now + OWN_REST * took);
      this.#commonRest = now + COMMON_REST * took;
      await pause(BREATH);
    } else await nextTurn();
    this.#isBusy = false;
    this.#next();
  }
}
