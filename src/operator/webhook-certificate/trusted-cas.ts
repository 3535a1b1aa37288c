import { X509Certificate } from 'node:crypto';

/** Milliseconds for which the authority of another replica is kept, after it was last put there: a rollout takes minutes. */
const KEEP_MS = 600_000;

interface Foreign {
  /** Milliseconds for which it is kept: twice as long each time that somebody puts it back, who needs it then. */
  readonly keep: number;
  readonly until: number;
  readonly isRemoved: boolean;
}

/**
 * Whom the API server is to trust: one's own authorities, and for a while those that others have put beside them. Replicas of two configurations are one
 * service while one replaces the other, and each needs its authority as long as it serves. What was one's own before is kept like that as well.
 */
export class TrustedCAs {
  readonly #foreign = new Map<string, Foreign>();

  /**
   * @param own one certificate in PEM form each
   * @param found those that are trusted now
   * @param now milliseconds since 1970
   * @returns those that should be, one's own first
   */
  bundle(own: readonly string[], found: readonly string[], now: number): string[] {
    this.#forget(now);
    const foreign = [...new Set(found)].filter(each => !own.includes(each) && !hasEnded(each, now));
    return [...own, ...foreign.filter(each => this.#isKept(each, now))];
  }

  #isKept(authority: string, now: number): boolean {
    const known = this.#foreign.get(authority);
    if (known === undefined || known.isRemoved) {
      const keep = known === undefined ? KEEP_MS : 2 * known.keep;
      this.#foreign.set(authority, { keep, until: now + keep, isRemoved: false });
      return true;
    }
    const isRemoved = now >= known.until;
    this.#foreign.set(authority, { ...known, isRemoved });
    return !isRemoved;
  }

  /** What was taken out is remembered for a while, by how long it was kept. */
  #forget(now: number): void {
    for (const [authority, { keep, until }] of this.#foreign) if (now > until + keep) this.#foreign.delete(authority);
  }
}

const hasEnded = (authority: string, now: number): boolean => Date.parse(new X509Certificate(authority).validTo) < now;
