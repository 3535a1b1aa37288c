import { subscribe } from 'node:diagnostics_channel';
import { Counter, Histogram, type Registry } from 'prom-client';
import { CHANNELS, type WorkQueueRecord } from '../runtime/telemetry';
import type { MetricsFacts } from './metrics-facts';
import { CONTROLLER, EXPONENTIAL_BUCKETS, registerGauge } from './prometheus';

const LABELS = { name: CONTROLLER, controller: CONTROLLER };
const LABEL_NAMES = ['name', 'controller'] as const;

/**
 * Registers the metrics of the work queue and of its workers.
 *
 * @see https://github.com/kubernetes-sigs/controller-runtime/blob/v0.24.1/pkg/internal/metrics/workqueue.go
 */
export function registerWorkQueueMetrics(registry: Registry, facts: () => MetricsFacts | undefined): void {
  const registers = [registry];
  const counter = (name: string, help: string): Counter => {
    const total = new Counter({ name, help, labelNames: LABEL_NAMES, registers });
    total.inc(LABELS, 0);
    return total;
  };
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({ name, help, labelNames: LABEL_NAMES, buckets: EXPONENTIAL_BUCKETS, registers });
  const adds = counter('workqueue_adds_total', 'Total number of adds handled by the work queue.');
  const retries = counter('workqueue_retries_total', 'Total number of keys added to the work queue with a delay.');
  const queued = histogram('workqueue_queue_duration_seconds', 'How long a key stays in the work queue.');
  const worked = histogram('workqueue_work_duration_seconds', 'How long processing a key takes.');
  const startedAt = new Map<string, number>();
  let workers: number | undefined;
  subscribe(CHANNELS.workQueue, message => {
    const record = message as WorkQueueRecord;
    if (record.kind === 'created') workers = record.workers;
    else if (record.kind === 'added') adds.inc(LABELS);
    else if (record.kind === 'retried') retries.inc(LABELS);
    else if (record.kind === 'started') {
      startedAt.set(record.key, performance.now());
      queued.observe(LABELS, record.seconds);
    } else {
      startedAt.delete(record.key);
      worked.observe(LABELS, record.seconds);
    }
  });
  registerWorkers(registry, facts, () => workers);
  registerAges(registry, () => [...startedAt.values()].map(since => (performance.now() - since) / 1000));
}

function registerWorkers(
  registry: Registry,
  facts: () => MetricsFacts | undefined,
  workers: () => number | undefined,
): void {
  const controller = { controller: CONTROLLER };
  const help = 'Current number of keys in the work queue.';
  registerGauge(registry, 'workqueue_depth', help, () => facts()?.waiting, LABELS);
  registerGauge(
    registry,
    'controller_runtime_active_workers',
    'Number of currently used workers per controller.',
    () => facts()?.running,
    controller,
  );
  registerGauge(
    registry,
    'controller_runtime_max_concurrent_reconciles',
    'Maximum number of concurrent reconciles per controller.',
    workers,
    controller,
  );
}

function registerAges(registry: Registry, ages: () => readonly number[]): void {
  registerGauge(
    registry,
    'workqueue_unfinished_work_seconds',
    'Total age of the keys being processed, not yet observed by work_duration.',
    () => ages().reduce((sum, age) => sum + age, 0),
    LABELS,
  );
  registerGauge(
    registry,
    'workqueue_longest_running_processor_seconds',
    'Age of the key that has been processed for the longest time.',
    () => Math.max(0, ...ages()),
    LABELS,
  );
}
