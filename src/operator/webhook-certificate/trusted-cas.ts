import { X509Certificate } from 'node:crypto';

/** How long a CA added by another replica is kept, in milliseconds: a rollout takes minutes. */
const KEEP_MS = 600_000;

interface Foreign {
  /** How long the CA is kept, in milliseconds; doubled each time that it is added again, because it is still in use. */
  readonly keep: number;
  readonly until: number;
  readonly isRemoved: boolean;
}

/**
 * Computes the CA bundle of the webhooks: the process' own CAs and, for a limited time, those added by others. During a
 * rollout, replicas of two configurations serve the same Service, and each needs its own CA. Former own CAs are kept in
 * the same way.
 */
export class TrustedCAs {
  readonly #foreign = new Map<string, Foreign>();

  /**
   * @param own CAs, one certificate in PEM format each
   * @param found the currently trusted CAs
   * @param now milliseconds since 1970
   * @returns the CAs to trust, own ones first
   */
  bundle(own: readonly string[], found: readonly string[], now: number): string[] {
    this.#deleteExpired(now);
    const foreign = [...new Set(found)].filter(each => !own.includes(each) && !isExpired(each, now));
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

  /** A removed CA is remembered for as long as it was kept. */
  #deleteExpired(now: number): void {
    for (const [authority, { keep, until }] of this.#foreign) if (now > until + keep) this.#foreign.delete(authority);
  }
}

const isExpired = (authority: string, now: number): boolean => Date.parse(new X509Certificate(authority).validTo) < now;
