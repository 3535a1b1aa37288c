import type { RoleAction } from '../plan/role-action';

/** The burst of token requests of a namespace, and the rate per second. */
const BURST = 50;
const PER_SECOND = 2;

interface Account {
  readonly left: number;
  readonly at: number;
}

/** Limits the rate of token requests of a namespace, so that frequent changes of roles do not overload the API server. */
export class IssueBudget {
  readonly #accounts = new Map<string, Account>();

  /** The actions, in their order, that there is budget for. @param now in milliseconds */
  take(namespace: string, actions: readonly RoleAction[], now: number): readonly RoleAction[] {
    this.#forgetFull(now);
    let left = this.#left(namespace, now);
    const taken = actions.filter(({ type }) => type !== 'issueToken' || (left -= 1) >= 0);
    this.#accounts.set(namespace, { left: Math.max(left, 0), at: now });
    return taken;
  }

  #left(namespace: string, now: number): number {
    const { left, at } = this.#accounts.get(namespace) ?? { left: BURST, at: now };
    return Math.min(BURST, left + (Math.max(now - at, 0) / 1000) * PER_SECOND);
  }

  #forgetFull(now: number): void {
    for (const namespace of this.#accounts.keys())
      if (this.#left(namespace, now) >= BURST) this.#accounts.delete(namespace);
  }
}
