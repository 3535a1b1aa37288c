import type { KubeClient } from '../../src/runtime/kube-client';
import { byManifests } from '../operator/ways';

/** How many answers of our webhooks took at most so many seconds, by the API server's own buckets; `+Inf` stands for all of them. */
export type WebhookCalls = ReadonlyMap<string, number>;

const BUCKET = /^apiserver_admission_webhook_admission_duration_seconds_bucket\{(?<labels>.*)\} (?<count>\d+)$/gm;

/** @see https://kubernetes.io/docs/reference/instrumentation/metrics/ */
export async function readWebhookCalls(kube: KubeClient): Promise<WebhookCalls> {
  const calls = new Map<string, number>();
  for (const { groups = {} } of String(await kube.get('/metrics')).matchAll(BUCKET)) {
    const labels = groups.labels ?? '';
    const limit = labelled(labels, 'le');
    if (labelled(labels, 'name') === byManifests.webhooks.name)
      calls.set(limit, (calls.get(limit) ?? 0) + Number(groups.count));
  }
  return calls;
}

/**
 * @param seconds one of the API server's buckets
 * @returns how many answers came between the two readings, and the share of those that took longer
 */
export function slowerThan(
  seconds: number,
  before: WebhookCalls,
  after: WebhookCalls,
): { readonly calls: number; readonly share: number } {
  const between = (limit: string): number => (after.get(limit) ?? NaN) - (before.get(limit) ?? 0);
  const calls = between('+Inf');
  return { calls, share: 1 - between(String(seconds)) / calls };
}

const labelled = (labels: string, name: string): string =>
  new RegExp(`(?:^|,)${name}="(?<value>[^"]*)"`).exec(labels)?.groups?.value ?? '';
