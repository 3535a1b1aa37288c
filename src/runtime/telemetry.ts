import { channel } from 'node:diagnostics_channel';
import type { Outcome } from './outcome';

/** A completed request to the API server. */
export interface ApiRequest {
  /** The verb of Kubernetes. */
  readonly verb: string;
  readonly method: string;
  readonly host: string;
  /** The HTTP status code; undefined if there was no response. */
  readonly code: string | undefined;
}

/** A completed reconciliation. */
export interface ReconcileRecord {
  readonly result: 'success' | 'error' | 'requeue_after';
  readonly seconds: number;
}

/** A connection or a request to the webhook port that was rejected. */
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

/** An event of a work queue, of which a process has one. */
export type WorkQueueRecord =
  | { readonly kind: 'created'; readonly workers: number }
  | { readonly kind: 'added'; readonly key: string }
  | { readonly kind: 'retried'; readonly key: string }
  /** `seconds` is the time that the key was queued. */
  | { readonly kind: 'started'; readonly key: string; readonly seconds: number }
  /** `seconds` is the time that the key was processed. */
  | { readonly kind: 'done'; readonly key: string; readonly seconds: number };

/** An event of a webhook, identified by its path. */
export type WebhookRecord =
  | { readonly kind: 'registered'; readonly webhook: string }
  | { readonly kind: 'started'; readonly webhook: string }
  | { readonly kind: 'done'; readonly webhook: string; readonly code: string; readonly seconds: number };

/**
 * Diagnostics channels, so that every bundle of the process can publish and subscribe; without a subscriber, publishing
 * is nearly free.
 */
export const CHANNELS = {
  apiRequest: 'nats-operator:api-request',
  rejectedRequest: 'nats-operator:rejected-request',
  reconcile: 'nats-operator:reconcile',
  workQueue: 'nats-operator:work-queue',
  webhook: 'nats-operator:webhook',
} as const;

const apiRequests = channel(CHANNELS.apiRequest);
const rejectedRequests = channel(CHANNELS.rejectedRequest);
const reconciles = channel(CHANNELS.reconcile);
const workQueues = channel(CHANNELS.workQueue);
const webhooks = channel(CHANNELS.webhook);

export const recordApiRequest = (request: ApiRequest): void => apiRequests.publish(request);

export const recordRejectedRequest = (request: RejectedRequest): void => rejectedRequests.publish(request);

export const recordWorkQueue = (record: WorkQueueRecord): void => workQueues.publish(record);

export const recordWebhook = (record: WebhookRecord): void => webhooks.publish(record);

/** Records the result and the duration of a reconciliation. */
export async function observeReconcile(reconcile: () => Promise<Outcome>): Promise<Outcome> {
  const since = performance.now();
  const outcome = await reconcile();
  reconciles.publish({ result: resultOf(outcome), seconds: (performance.now() - since) / 1000 });
  return outcome;
}

function resultOf(outcome: Outcome): ReconcileRecord['result'] {
  if (outcome.kind === 'failed') return 'error';
  return outcome.requeueAfter === undefined ? 'success' : 'requeue_after';
}
