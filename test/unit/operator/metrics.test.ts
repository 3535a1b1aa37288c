import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { observeReconcile, recordApiRequest } from '../../../src/runtime/telemetry';
import { serveMetrics, type MetricsFacts } from '../../../src/operator/metrics';

const page = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8');

describe('the metrics', () => {
  let facts: MetricsFacts | undefined;
  const metrics = serveMetrics(() => facts);

  const lines = async (name: string): Promise<string[]> =>
    (await metrics.text()).split('\n').filter(line => line.startsWith(name));

  beforeEach(() => {
    facts = {
      waiting: 3,
      running: 2,
      phases: new Map([
        ['Running', 4],
        ['Failed', 1],
      ]),
      leads: true,
      managed: new Map([
        ['a', true],
        ['b', false],
      ]),
      certificateExpiry: new Date(2_000_000_000_000),
    };
  });

  test('count turns by how they ended, and how long they took', async () => {
    await observeReconcile(async () => Promise.resolve());
    await expect(observeReconcile(async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await lines('nats_operator_reconciles_total')).toEqual([
      'nats_operator_reconciles_total{result="success"} 1',
      'nats_operator_reconciles_total{result="error"} 1',
    ]);
    expect(await lines('nats_operator_reconcile_duration_seconds_count')).toEqual([
      'nats_operator_reconcile_duration_seconds_count 2',
    ]);
  });

  test('count requests to the API server', async () => {
    recordApiRequest({ verb: 'patch', code: '409' });
    expect(await lines('nats_operator_api_requests_total')).toEqual([
      'nats_operator_api_requests_total{verb="patch",code="409"} 1',
    ]);
  });

  test('tell how things stand at the moment', async () => {
    expect(await lines('nats_operator_queue_depth')).toEqual(['nats_operator_queue_depth 3']);
    expect(await lines('nats_operator_turns_running')).toEqual(['nats_operator_turns_running 2']);
    expect(await lines('nats_operator_leader')).toEqual(['nats_operator_leader 1']);
    expect(await lines('nats_operator_webhook_certificate')).toEqual([
      'nats_operator_webhook_certificate_expiry_timestamp_seconds 2000000000',
    ]);
    expect(await lines('nats_operator_namespace_managed')).toEqual([
      'nats_operator_namespace_managed{namespace="a"} 1',
      'nats_operator_namespace_managed{namespace="b"} 0',
    ]);
    expect(await lines('nats_operator_clusters')).toEqual([
      'nats_operator_clusters{phase="Running"} 4',
      'nats_operator_clusters{phase="Failed"} 1',
    ]);
  });

  test('forget a phase that no cluster is in any more, and a certificate where there is none', async () => {
    await metrics.text();
    facts = {
      waiting: 0,
      running: 0,
      phases: new Map(),
      leads: false,
      managed: new Map(),
      certificateExpiry: undefined,
    };
    expect(await lines('nats_operator_clusters')).toEqual([]);
    expect(await lines('nats_operator_webhook_certificate')).toEqual([]);
    expect(await lines('nats_operator_leader')).toEqual(['nats_operator_leader 0']);
  });

  test('are all explained in docs/operations.md, and no others are', async () => {
    const served = [...(await metrics.text()).matchAll(/^# TYPE (nats_operator_\w+)/gm)].map(([, name]) => name);
    const explained = [...page.matchAll(/^\| `(nats_operator_\w+)`/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(served.sort());
  });
});
