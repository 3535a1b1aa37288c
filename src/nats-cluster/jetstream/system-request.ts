/** A request to the servers as the operator's own user of the system account. */
export type SystemRequest =
  /** Moves all streams and consumers off a server; from 2.15 on. */
  | { readonly kind: 'evacuate'; readonly server: string }
  /** Moves one stream, with its consumers. */
  | { readonly kind: 'move'; readonly account: string; readonly stream: string; readonly server: string }
  /** Takes such a move back. */
  | { readonly kind: 'cancel'; readonly account: string; readonly stream: string }
  /** Has the others no longer count a server that is gone. `known`: the streams that the others lead, by account: there must be no more. */
  | {
      readonly kind: 'remove-peer';
      readonly server: string;
      readonly known: ReadonlyMap<string, ReadonlySet<string>>;
    };

/** What became of a request when it was made last. */
export interface RequestOutcome {
  /** Milliseconds ago. */
  readonly age: number;
  /** Why it failed; undefined if it did not. */
  readonly error: string | undefined;
}

/** The last requests to a cluster by `requestId`, as this operator remembers them. */
export type RequestOutcomes = ReadonlyMap<string, RequestOutcome>;

/** The same for requests that ask for the same thing. */
export function requestId(request: SystemRequest): string {
  switch (request.kind) {
    case 'evacuate':
    case 'remove-peer':
      return `${request.kind} ${request.server}`;
    case 'move':
      return `move ${request.account} ${request.stream} ${request.server}`;
    case 'cancel':
      return `cancel ${request.account} ${request.stream}`;
  }
}

/** The requests that were not made within that time. */
export const dueRequests = (
  requests: readonly SystemRequest[],
  outcomes: RequestOutcomes | undefined,
  everyMs: number,
): SystemRequest[] => requests.filter(request => (outcomes?.get(requestId(request))?.age ?? Infinity) >= everyMs);

/** Milliseconds within which a move that was asked for may not be seen yet. */
const UNSEEN_MS = 3_000;

/** Whether a move was asked for that leaders may not show yet. */
export const hasUnseenMove = (outcomes: RequestOutcomes | undefined): boolean =>
  [...(outcomes ?? [])].some(([id, { age }]) => /^(move|evacuate) /.test(id) && age < UNSEEN_MS);

/** Why the latest of all requests failed, as words at the end of a message. */
export function describeFailure(outcomes: RequestOutcomes | undefined): string {
  const latest = [...(outcomes?.values() ?? [])].sort((a, b) => a.age - b.age)[0];
  return latest?.error === undefined ? '' : `; ${latest.error}`;
}
