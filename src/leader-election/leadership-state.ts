import type { Clock } from './lease-observer';

/** The state of this process in the leader election. */
export interface LeadershipState {
  readonly kind: 'leading' | 'standby' | 'aside';
  readonly message: string;
}

/** Maximum number of reports per minute: anyone who may write the Lease could make leadership change constantly. */
const MAX_REPORTS = 10;
const MINUTE_MS = 60_000;

/** Reports each state once until it changes, rate-limited; a dropped state is reported at the next call. */
export class LeadershipReport {
  #last: string | undefined;
  #times: readonly number[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly onReport: (state: LeadershipState) => void,
  ) {}

  report(state: LeadershipState): void {
    const now = this.clock();
    this.#times = this.#times.filter(at => now - at < MINUTE_MS);
    if (state.message === this.#last || this.#times.length >= MAX_REPORTS) return;
    this.#last = state.message;
    this.#times = [...this.#times, now];
    this.onReport(state);
  }
}
