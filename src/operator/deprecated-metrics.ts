import { subscribe } from 'node:diagnostics_channel';
import { Counter, Histogram, type Registry } from 'prom-client';
import { CHANNELS, type ApiRequest, type ReconcileRecord } from '../runtime/telemetry';
import type { MetricsFacts } from './metrics-facts';
import { registerGauge } from './prometheus';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Registers the metrics of release 0.1 under their former names, for one release beside those of controller-runtime.
 */
export function registerDeprecatedMetrics(registry: Registry, facts: () => MetricsFacts | undefined): void {
  registerReconciles(registry);
  registerRequests(registry);
  registerGauge(registry, 'nats_operator_queue_depth', 'Deprecated: use workqueue_depth.', () => facts()?.waiting);
  registerGauge(
    registry,
    'nats_operator_turns_running',
    'Deprecated: use controller_runtime_active_workers.',
    () => facts()?.running,
  );
  registerGauge(registry, 'nats_operator_leader', 'Deprecated: use leader_election_master_status.', () =>
    Number(facts()?.leads ?? 0),
  );
}

function registerReconciles(registry: Registry): void {
  const registers = [registry];
  const total = new Counter({
    name: 'nats_operator_reconciles_total',
    help: 'Deprecated: use controller_runtime_reconcile_total.',
    labelNames: ['result'],
    registers,
  });
  const duration = new Histogram({
    name: 'nats_operator_reconcile_duration_seconds',
    help: 'Deprecated: use controller_runtime_reconcile_time_seconds.',
    buckets: BUCKETS,
    registers,
  });
  for (const result of ['success', 'error'] as const) total.inc({ result }, 0);
  subscribe(CHANNELS.reconcile, message => {
    const { result, seconds } = message as ReconcileRecord;
    total.inc({ result: result === 'error' ? 'error' : 'success' });
    duration.observe(seconds);
  });
}

function registerRequests(registry: Registry): void {
  const total = new Counter({
    name: 'nats_operator_api_requests_total',
    help: 'Deprecated: use rest_client_requests_total.',
    labelNames: ['verb', 'code'],
    registers: [registry],
  });
  subscribe(CHANNELS.apiRequest, message => {
    const { verb, code = 'none' } = message as ApiRequest;
    total.inc({ verb, code });
  });
}
