import { channel } from 'node:diagnostics_channel';

/** A request to the API server, as it ended. */
export interface ApiRequest {
  readonly verb: string;
  /** The HTTP status; `none` where no answer came. */
  readonly code: string;
}

/** A turn of a cluster, as it ended. */
export interface ReconcileRecord {
  readonly result: 'success' | 'error';
  readonly seconds: number;
}

/** A connection or a request to the webhooks' port that was refused. */
export interface RejectedRequest {
  readonly reason:
    | 'bad_request'
    | 'length_required'
    | 'no_memory'
    | 'not_found'
    | 'pipelined'
    | 'starting'
    | 'too_large'
    | 'too_many_connections'
    | 'unauthorized';
}

/** Whoever counts may listen, from whichever file of the process' programs; where nobody does, telling costs next to nothing. */
export const CHANNELS = {
  apiRequest: 'nats-operator:api-request',
  refusedRequest: 'nats-operator:refused-request',
  turn: 'nats-operator:turn',
} as const;

const apiRequests = channel(CHANNELS.apiRequest);
const rejectedRequests = channel(CHANNELS.refusedRequest);
const turns = channel(CHANNELS.turn);

export function recordApiRequest(request: ApiRequest): void {
  apiRequests.publish(request);
}

export function recordRejectedRequest(request: RejectedRequest): void {
  rejectedRequests.publish(request);
}

/** Tells of a turn, how it ended and how long it took. */
export async function observeReconcile<T>(turn: () => Promise<T>): Promise<T> {
  const since = performance.now();
  const tell = (result: ReconcileRecord['result']): void =>
    turns.publish({ result, seconds: (performance.now() - since) / 1000 });
  try {
    const value = await turn();
    tell('success');
    return value;
  } catch (error) {
    tell('error');
    throw error;
  }
}
