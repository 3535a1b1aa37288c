import { subscribe } from 'node:diagnostics_channel';
import { Counter, Histogram, type Registry } from 'prom-client';
import { LEASE } from '../leader-election/lease';
import { CHANNELS, type ApiRequest, type ReconcileRecord } from '../runtime/telemetry';
import type { MetricsFacts } from './metrics-facts';
import { CONTROLLER, registerGauge } from './prometheus';
import { registerWorkQueueMetrics } from './work-queue-metrics';

const RECONCILE_BUCKETS = [
  ...[0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9],
  ...[1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60],
];

/**
 * `requeue` is always 0, since a reconciliation asks for the next one only after a delay; dashboards expect the series.
 */
const RESULTS = ['success', 'error', 'requeue', 'requeue_after'] as const;

/**
 * Registers metrics of the controller, its work queue, its API client and leader election under the names of
 * controller-runtime.
 *
 * @see https://github.com/kubernetes-sigs/controller-runtime/tree/v0.24.1/pkg/internal/controller/metrics
 */
export function registerControllerMetrics(registry: Registry, facts: () => MetricsFacts | undefined): void {
  registerReconciles(registry);
  registerWorkQueueMetrics(registry, facts);
  registerRequests(registry);
  registerGauge(
    registry,
    'leader_election_master_status',
    'Whether this process is the leader of the Lease: 1 if it is, else 0.',
    () => Number(facts()?.leads ?? 0),
    { name: LEASE },
  );
}

function registerReconciles(registry: Registry): void {
  const registers = [registry];
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Total number of reconciliations per controller and result.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Total number of reconciliation errors per controller.',
    labelNames: ['controller'],
    registers,
  });
  const duration = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Length of time per reconciliation per controller.',
    labelNames: ['controller'],
    buckets: RECONCILE_BUCKETS,
    registers,
  });
  const labels = { controller: CONTROLLER };
  for (const result of RESULTS) total.inc({ ...labels, result }, 0);
  errors.inc(labels, 0);
  subscribe(CHANNELS.reconcile, message => {
    const { result, seconds } = message as ReconcileRecord;
    total.inc({ ...labels, result });
    if (result === 'error') errors.inc(labels);
    duration.observe(labels, seconds);
  });
}

function registerRequests(registry: Registry): void {
  const total = new Counter({
    name: 'rest_client_requests_total',
    help: 'Number of HTTP requests to the API server, by status code, method, and host.',
    labelNames: ['code', 'method', 'host'],
    registers: [registry],
  });
  subscribe(CHANNELS.apiRequest, message => {
    const { code = '<error>', method, host } = message as ApiRequest;
    total.inc({ code, method, host });
  });
}
