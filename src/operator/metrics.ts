import { subscribe } from 'node:diagnostics_channel';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { CHANNELS, type ApiRequest, type RejectedRequest, type ReconcileRecord } from '../runtime/telemetry';

/** What is measured when somebody asks, rather than when it happens. */
export interface MetricsFacts {
  /** Clusters that wait for their turn, and those that have it. */
  readonly waiting: number;
  readonly running: number;
  readonly phases: ReadonlyMap<string, number>;
  readonly leads: boolean;
  /** Namespaces that other operators may be in charge of, and whether this process is. */
  readonly managed: ReadonlyMap<string, boolean>;
  readonly certificateExpiry: Date | undefined;
}

/** Seconds: most turns take some hundredths, those that wait for servers some. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * The operator's metrics, beside those of node itself.
 *
 * @param facts undefined while there is no operator yet
 * @returns the text that a Prometheus reads, and its content type
 */
export function serveMetrics(facts: () => MetricsFacts | undefined): { text: () => Promise<string>; type: string } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  countReconciles(registry);
  countRequests(registry);
  countRejections(registry);
  measureFacts(registry, facts);
  return { text: async () => registry.metrics(), type: registry.contentType };
}

function countReconciles(registry: Registry): void {
  const registers = [registry];
  const total = new Counter({
    name: 'nats_operator_reconciles_total',
    help: 'Turns of clusters, by how they ended',
    labelNames: ['result'],
    registers,
  });
  const duration = new Histogram({
    name: 'nats_operator_reconcile_duration_seconds',
    help: 'How long the turns of clusters took',
    buckets: BUCKETS,
    registers,
  });
  for (const result of ['success', 'error'] as const) total.inc({ result }, 0);
  subscribe(CHANNELS.turn, message => {
    const { result, seconds } = message as ReconcileRecord;
    total.inc({ result });
    duration.observe(seconds);
  });
}

function countRequests(registry: Registry): void {
  const total = new Counter({
    name: 'nats_operator_api_requests_total',
    help: 'Requests to the API server, by verb and HTTP status; none where no answer came',
    labelNames: ['verb', 'code'],
    registers: [registry],
  });
  subscribe(CHANNELS.apiRequest, message => {
    const { verb, code } = message as ApiRequest;
    total.inc({ verb, code });
  });
}

function countRejections(registry: Registry): void {
  const total = new Counter({
    name: 'nats_operator_webhook_refused_total',
    help: 'Connections and requests that the server of the webhooks refused, by reason',
    labelNames: ['reason'],
    registers: [registry],
  });
  subscribe(CHANNELS.refusedRequest, message => total.inc({ reason: (message as RejectedRequest).reason }));
}

function measureFacts(registry: Registry, facts: () => MetricsFacts | undefined): void {
  gauge(registry, 'nats_operator_queue_depth', 'Clusters that wait for their turn', () => facts()?.waiting);
  gauge(registry, 'nats_operator_turns_running', 'Clusters whose turn it is', () => facts()?.running);
  gauge(registry, 'nats_operator_leader', 'Whether this process writes to clusters', () => Number(facts()?.leads ?? 0));
  gauge(
    registry,
    'nats_operator_webhook_certificate_expiry_timestamp_seconds',
    'When the certificate of the webhooks ends, in seconds since 1970; absent where there are no webhooks',
    () => seconds(facts()?.certificateExpiry),
  );
  const managed = new Gauge({
    name: 'nats_operator_namespace_managed',
    help: 'Namespaces with Leases of their own: 1 where this process manages their NatsClusters, 0 where another does, or nobody yet',
    labelNames: ['namespace'],
    registers: [registry],
    collect: () => {
      managed.reset();
      for (const [namespace, isManaged] of facts()?.managed ?? []) managed.set({ namespace }, Number(isManaged));
    },
  });
  const clusters = new Gauge({
    name: 'nats_operator_clusters',
    help: 'NatsClusters, by the phase of their status',
    labelNames: ['phase'],
    registers: [registry],
    collect: () => {
      clusters.reset();
      for (const [phase, count] of facts()?.phases ?? []) clusters.set({ phase }, count);
    },
  });
}

/** One number; where there is none, nothing is shown. */
function gauge(registry: Registry, name: string, help: string, value: () => number | undefined): void {
  const made = new Gauge({
    name,
    help,
    registers: [registry],
    collect: () => {
      const current = value();
      made.remove();
      if (current !== undefined) made.set(current);
    },
  });
}

const seconds = (date: Date | undefined): number | undefined =>
  date === undefined ? undefined : date.getTime() / 1000;
