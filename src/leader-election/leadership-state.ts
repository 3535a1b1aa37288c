import type { Clock } from './lease-observer';

/** Where this process stands among those that could be in charge. */
export interface LeadershipState {
  readonly kind: 'leading' | 'standby' | 'aside';
  readonly message: string;
}

/** So many reports a minute are enough: whoever writes the Lease could make it change hands all the time. */
const MOST = 10;
const MINUTE_MS = 60_000;

/** Reports a standing once until it changes. What changes all the time is reported when it is said again. */
export class LeadershipReport {
  #last: string | undefined;
  #times: readonly number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly report: (standing: LeadershipState) => void,
  ) {}

  say(standing: LeadershipState): void {
    const now = this.clock();
    this.#times = this.#times.filter(at => now - at < MINUTE_MS);
    if (standing.message === this.#last || this.#times.length >= MOST) return;
    this.#last = standing.message;
    this.#times = [...this.#times, now];
    this.report(standing);
  }
}
