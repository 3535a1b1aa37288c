import { subscribe } from 'node:diagnostics_channel';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { CHANNELS, type WebhookRecord } from '../runtime/telemetry';
import { EXPONENTIAL_BUCKETS } from './prometheus';

/**
 * Registers the metrics of the webhooks under the names of controller-runtime.
 *
 * @see https://github.com/kubernetes-sigs/controller-runtime/blob/v0.24.1/pkg/webhook/internal/metrics/metrics.go
 */
export function registerWebhookMetrics(registry: Registry): void {
  const registers = [registry];
  const total = new Counter({
    name: 'controller_runtime_webhook_requests_total',
    help: 'Total number of admission requests by HTTP status code.',
    labelNames: ['webhook', 'code'],
    registers,
  });
  const latency = new Histogram({
    name: 'controller_runtime_webhook_latency_seconds',
    help: 'Histogram of the latency of processing admission requests.',
    labelNames: ['webhook'],
    buckets: EXPONENTIAL_BUCKETS,
    registers,
  });
  const inFlight = new Gauge({
    name: 'controller_runtime_webhook_requests_in_flight',
    help: 'Current number of admission requests being served.',
    labelNames: ['webhook'],
    registers,
  });
  subscribe(CHANNELS.webhook, message => {
    const record = message as WebhookRecord;
    const { webhook } = record;
    if (record.kind === 'registered') {
      for (const code of ['200', '500']) total.inc({ webhook, code }, 0);
      inFlight.set({ webhook }, 0);
    } else if (record.kind === 'started') inFlight.inc({ webhook });
    else {
      inFlight.dec({ webhook });
      total.inc({ webhook, code: record.code });
      latency.observe({ webhook }, record.seconds);
    }
  });
}
