import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { done, failed } from '../../../src/runtime/outcome';
import { observeReconcile, recordApiRequest, recordWebhook } from '../../../src/runtime/telemetry';
import { waitFor } from '../../cluster/support/wait-for';
import { WorkQueue } from '../../../src/runtime/work-queue';
import { serveMetrics } from '../../../src/operator/metrics';
import type { MetricsFacts } from '../../../src/operator/metrics-facts';

const docsPage = (name: string): string => readFileSync(join(__dirname, '../../../docs', name), 'utf8');

/** Metrics of the operator, as opposed to those of Node.js. */
const OWN = '(?:nats_operator|controller_runtime|workqueue|rest_client|leader_election)_\\w+';

const QUEUE = 'name="natscluster",controller="natscluster"';

describe('metrics', () => {
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

  it('counts reconciliations by result and observes their duration', async () => {
    expect(await lines('controller_runtime_reconcile_total')).toEqual([
      'controller_runtime_reconcile_total{controller="natscluster",result="success"} 0',
      'controller_runtime_reconcile_total{controller="natscluster",result="error"} 0',
      'controller_runtime_reconcile_total{controller="natscluster",result="requeue"} 0',
      'controller_runtime_reconcile_total{controller="natscluster",result="requeue_after"} 0',
    ]);
    await observeReconcile(async () => Promise.resolve(done()));
    await observeReconcile(async () => Promise.resolve(done(1_000)));
    await observeReconcile(async () => Promise.resolve(failed(new Error('broken'))));
    expect(await lines('controller_runtime_reconcile_total')).toEqual([
      'controller_runtime_reconcile_total{controller="natscluster",result="success"} 1',
      'controller_runtime_reconcile_total{controller="natscluster",result="error"} 1',
      'controller_runtime_reconcile_total{controller="natscluster",result="requeue"} 0',
      'controller_runtime_reconcile_total{controller="natscluster",result="requeue_after"} 1',
    ]);
    expect(await lines('controller_runtime_reconcile_errors_total')).toEqual([
      'controller_runtime_reconcile_errors_total{controller="natscluster"} 1',
    ]);
    expect(await lines('controller_runtime_reconcile_time_seconds_count')).toEqual([
      'controller_runtime_reconcile_time_seconds_count{controller="natscluster"} 3',
    ]);
    expect(await lines('controller_runtime_reconcile_time_seconds_bucket')).toHaveLength(41);
  });

  it('counts requests to the API server by code, method and host', async () => {
    recordApiRequest({ verb: 'patch', method: 'PATCH', host: '10.0.0.1:443', code: '409' });
    recordApiRequest({ verb: 'get', method: 'GET', host: '10.0.0.1:443', code: undefined });
    expect(await lines('rest_client_requests_total')).toEqual([
      'rest_client_requests_total{code="409",method="PATCH",host="10.0.0.1:443"} 1',
      'rest_client_requests_total{code="<error>",method="GET",host="10.0.0.1:443"} 1',
    ]);
    expect(await lines('nats_operator_api_requests_total')).toEqual([
      'nats_operator_api_requests_total{verb="patch",code="409"} 1',
      'nats_operator_api_requests_total{verb="get",code="none"} 1',
    ]);
  });

  it('counts and times what the work queue processes', async () => {
    let finish = (): void => undefined;
    const slots = { slots: 8, slowSlots: 16, slowSlotsOfTenant: 4, slowAfter: 60_000 };
    const retry = { firstRetry: 10, lastRetry: 10, pause: 1, tenantOf: () => '', onError: () => undefined };
    const work = async (): Promise<undefined> => new Promise(resolve => (finish = () => resolve(undefined)));
    const queue = new WorkQueue(work, { ...slots, ...retry });
    queue.add('a');
    queue.addAfter('b', 60_000);
    expect(await lines('workqueue_adds_total')).toEqual([`workqueue_adds_total{${QUEUE}} 1`]);
    expect(await lines('workqueue_retries_total')).toEqual([`workqueue_retries_total{${QUEUE}} 1`]);
    expect(await lines('workqueue_queue_duration_seconds_count')).toEqual([
      `workqueue_queue_duration_seconds_count{${QUEUE}} 1`,
    ]);
    expect(await lines('controller_runtime_max_concurrent_reconciles')).toEqual([
      'controller_runtime_max_concurrent_reconciles{controller="natscluster"} 24',
    ]);
    const [longest = ''] = await lines('workqueue_longest_running_processor_seconds');
    expect(Number(longest.split(' ')[1])).toBeGreaterThan(0);
    finish();
    await waitFor(() => queue.depth().running === 0, { what: 'the work to end', interval: 1 });
    expect(await lines('workqueue_work_duration_seconds_count')).toEqual([
      `workqueue_work_duration_seconds_count{${QUEUE}} 1`,
    ]);
    expect(await lines('workqueue_unfinished_work_seconds')).toEqual([`workqueue_unfinished_work_seconds{${QUEUE}} 0`]);
    queue.stop();
  });

  it('counts and times admission requests by webhook', async () => {
    // Connections of test files that ran before in this process may end during this one.
    const webhook = '/validate/of-this-test';
    const linesOf = async (name: string): Promise<string[]> => lines(`${name}{webhook="${webhook}"`);
    recordWebhook({ kind: 'registered', webhook });
    recordWebhook({ kind: 'started', webhook });
    expect(await linesOf('controller_runtime_webhook_requests_in_flight')).toEqual([
      `controller_runtime_webhook_requests_in_flight{webhook="${webhook}"} 1`,
    ]);
    recordWebhook({ kind: 'done', webhook, code: '200', seconds: 0.01 });
    expect(await linesOf('controller_runtime_webhook_requests_in_flight')).toEqual([
      `controller_runtime_webhook_requests_in_flight{webhook="${webhook}"} 0`,
    ]);
    expect(await linesOf('controller_runtime_webhook_requests_total')).toEqual([
      `controller_runtime_webhook_requests_total{webhook="${webhook}",code="200"} 1`,
      `controller_runtime_webhook_requests_total{webhook="${webhook}",code="500"} 0`,
    ]);
    expect(await linesOf('controller_runtime_webhook_latency_seconds_count')).toEqual([
      `controller_runtime_webhook_latency_seconds_count{webhook="${webhook}"} 1`,
    ]);
  });

  it('reports the current state', async () => {
    expect(await lines('workqueue_depth')).toEqual([`workqueue_depth{${QUEUE}} 3`]);
    expect(await lines('controller_runtime_active_workers')).toEqual([
      'controller_runtime_active_workers{controller="natscluster"} 2',
    ]);
    expect(await lines('leader_election_master_status')).toEqual([
      'leader_election_master_status{name="nats-operator"} 1',
    ]);
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

  it('serves deprecated names with the same values', async () => {
    await observeReconcile(async () => Promise.resolve(done(1_000)));
    const [successes = 0, requeues = 0, total = 0, observed = 0] = await Promise.all(
      [
        'controller_runtime_reconcile_total{controller="natscluster",result="success"}',
        'controller_runtime_reconcile_total{controller="natscluster",result="requeue_after"}',
        'nats_operator_reconciles_total{result="success"}',
        'nats_operator_reconcile_duration_seconds_count',
      ].map(async name => Number((await lines(name))[0]?.split(' ')[1])),
    );
    expect(total).toBeGreaterThan(0);
    expect(total).toBe(successes + requeues);
    expect(observed).toBeGreaterThanOrEqual(total);
    expect(await lines('nats_operator_queue_depth')).toEqual(['nats_operator_queue_depth 3']);
    expect(await lines('nats_operator_turns_running')).toEqual(['nats_operator_turns_running 2']);
    expect(await lines('nats_operator_leader')).toEqual(['nats_operator_leader 1']);
  });

  it('drops phases without clusters and an absent certificate', async () => {
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
    expect(await lines('leader_election_master_status')).toEqual([
      'leader_election_master_status{name="nats-operator"} 0',
    ]);
    facts = undefined;
    expect(await lines('workqueue_depth')).toEqual([]);
  });

  it('serves exactly the metrics documented in docs/operations.md', async () => {
    const served = [...(await metrics.text()).matchAll(new RegExp(`^# TYPE (${OWN})`, 'gm'))].map(([, name]) => name);
    const documented = [...docsPage('operations.md').matchAll(new RegExp(`^\\| \`(${OWN})\``, 'gm'))];
    expect(documented.map(([, name]) => name).sort()).toEqual(served.sort());
  });

  it('lists every deprecated metric in docs/migration.md', async () => {
    const text = await metrics.text();
    const deprecated = [...text.matchAll(/^# HELP (\w+) Deprecated: use (\w+)\./gm)];
    expect(deprecated.map(([, name, successor]) => `${name} ${successor}`).sort()).toEqual(
      [...docsPage('migration.md').matchAll(/^\| `(nats_operator_\w+)`\s+\| `(\w+)/gm)]
        .map(([, name, successor]) => `${name} ${successor}`)
        .sort(),
    );
  });
});
