import { seededRandom, type Random } from '../../test/cluster/support/random';
import type { NatsVersion } from '../../tools/toolchain/nats-versions';
import { companionNames, faultKinds, faultNames, type Fault, type FaultName } from './fault-kinds';
import { SpecChanges } from './spec-changes';

/** A fault, with those that come while it lasts. All end before the next burst begins. */
export interface Burst {
  /** The pause before it, in milliseconds. */
  readonly pause: number;
  readonly fault: Fault;
  readonly companion?: { readonly fault: Fault; readonly after: number };
}

const TARGETS = 3;
const LONGEST_PAUSE_MS = 5_000;
const SECONDS = { least: 2, most: 20 } as const;
/** How many bursts have a companion, and how late it comes at most. */
const COMPANION_SHARE = 0.4;
const COMPANION_MS = 15_000;

/**
 * The bursts of a seed, without an end: the same ones for the same seed, whatever happens. Every fault comes in each round of them, in an order of its own.
 *
 * @param version that the servers run at first
 */
export function* schedule(seed: number, version: NatsVersion): Generator<Burst, never> {
  const random = seededRandom(seed);
  // The first numbers of neighbouring seeds are nearly the same.
  for (let skipped = 0; skipped < 3; skipped += 1) random();
  const draw = new FaultDraw(random, version);
  for (;;) {
    for (const name of shuffled(random, faultNames.flatMap(repeated))) yield burst(random, draw, name);
  }
}

const repeated = (name: FaultName): FaultName[] => Array.from({ length: faultKinds[name].share }, () => name);

function burst(random: Random, draw: FaultDraw, name: FaultName): Burst {
  const pause = Math.round(random() * LONGEST_PAUSE_MS);
  const fault = draw.fault(name);
  if (companionNames.includes(name) || random() > COMPANION_SHARE) return { pause, fault };
  const companion = draw.fault(pick(random, companionNames));
  return { pause, fault, companion: { fault: companion, after: Math.round(random() * COMPANION_MS) } };
}

/** Draws what a fault needs besides its name. */
class FaultDraw {
  readonly #changes: SpecChanges;

  constructor(
    private readonly random: Random,
    version: NatsVersion,
  ) {
    this.#changes = new SpecChanges(random, version);
  }

  fault(name: FaultName): Fault {
    const target = 1 + Math.floor(this.random() * TARGETS);
    const seconds = Math.round(SECONDS.least + this.random() * (SECONDS.most - SECONDS.least));
    return { name, target, seconds, change: this.#change(name) };
  }

  #change(name: FaultName): object {
    if (name === 'version' || name === 'growth' || name === 'reload' || name === 'restart')
      return this.#changes[name]();
    return {};
  }
}

function pick<T>(random: Random, [first, ...others]: readonly T[]): T {
  const all = [first, ...others];
  return all[Math.floor(random() * all.length)] as T;
}

/** @see https://en.wikipedia.org/wiki/Fisher%E2%80%93Yates_shuffle */
function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const rest = [...items];
  return items.map(() => rest.splice(Math.floor(random() * rest.length), 1)[0] as T);
}
