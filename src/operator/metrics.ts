import { subscribe } from 'node:diagnostics_channel';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { CHANNELS, type RejectedRequest } from '../runtime/telemetry';
import { registerControllerMetrics } from './controller-metrics';
import { registerDeprecatedMetrics } from './deprecated-metrics';
import type { MetricsFacts } from './metrics-facts';
import { registerGauge } from './prometheus';
import { registerWebhookMetrics } from './webhook-metrics';

/**
 * The metrics of the operator and of Node.js.
 *
 * @param facts undefined until the operator has started
 * @returns the text in Prometheus' exposition format, and its content type
 */
export function serveMetrics(facts: () => MetricsFacts | undefined): { text: () => Promise<string>; type: string } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  registerControllerMetrics(registry, facts);
  registerWebhookMetrics(registry);
  registerDeprecatedMetrics(registry, facts);
  registerRejections(registry);
  registerState(registry, facts);
  return { text: async () => registry.metrics(), type: registry.contentType };
}

function registerRejections(registry: Registry): void {
  const total = new Counter({
    name: 'nats_operator_webhook_refused_total',
    help: 'Total number of connections and requests rejected by the webhook server, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  });
  subscribe(CHANNELS.rejectedRequest, message => total.inc({ reason: (message as RejectedRequest).reason }));
}

function registerState(registry: Registry, facts: () => MetricsFacts | undefined): void {
  registerGauge(
    registry,
    'nats_operator_webhook_certificate_expiry_timestamp_seconds',
    'Expiry of the webhook serving certificate in seconds since the epoch; absent without webhooks.',
    () => seconds(facts()?.certificateExpiry),
  );
  const managed = new Gauge({
    name: 'nats_operator_namespace_managed',
    help: 'Namespaces with Leases of their own: 1 if this process manages their NatsClusters, else 0.',
    labelNames: ['namespace'],
    registers: [registry],
    collect: () => {
      managed.reset();
      for (const [namespace, isManaged] of facts()?.managed ?? []) managed.set({ namespace }, Number(isManaged));
    },
  });
  const clusters = new Gauge({
    name: 'nats_operator_clusters',
    help: 'Number of NatsClusters, by the phase of their status.',
    labelNames: ['phase'],
    registers: [registry],
    collect: () => {
      clusters.reset();
      for (const [phase, count] of facts()?.phases ?? []) clusters.set({ phase }, count);
    },
  });
}

const seconds = (date: Date | undefined): number | undefined =>
  date === undefined ? undefined : date.getTime() / 1000;
