import { NATS_CLUSTER } from '../../../../src/nats-cluster/kind';
import { TooLargeError } from '../../../../src/runtime/byte-budget';
import type { NatsClusterStatus } from '../../../../generated/nats-cluster';
import { StatusRejectedError } from '../../../../src/runtime/write-status';
import { ApiError } from '../../../../src/runtime/api-error';
import { NotOwnerError } from '../../../../src/runtime/namespace-ownership';
import { EventRecorder } from '../../../../src/runtime/event-recorder';
import { FailureReporter } from '../../../../src/nats-cluster/controller/failure-reporter';
import { KubeClient } from '../../../../src/runtime/kube-client';
import { ReportedError, SecretsTooLargeError } from '../../../../src/nats-cluster/controller/reconcile-error';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { findCondition } from '../../../../src/nats-cluster/status/find-condition';
import { findReconcileFailure } from '../../../../src/nats-cluster/status/reconcile-failure';
import { statusEvents } from '../../../../src/nats-cluster/status/status-events';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

const KEY = 'team/c';

const webhookAway = new ApiError(
  500,
  'Internal error occurred: failed calling webhook "check.example.com": failed to call webhook: Post "https://check.ns.svc:443/": dial tcp 10.0.0.7:443: connect: connection refused',
  'InternalError',
  undefined,
);

describe('a reconcile that fails', () => {
  let api: LoopbackApi;
  let cluster: NatsClusterObject;
  let statuses: NatsClusterStatus[];
  let events: { reason: string; message: string }[];
  let log: { fields: object; message: string }[];
  let now: number;
  let reporter: FailureReporter;

  beforeEach(async () => {
    [statuses, events, log, now] = [[], [], [], 0];
    cluster = { metadata: { name: 'c', namespace: 'team', uid: 'u', generation: 2 }, spec: { size: 3 } };
    api = await LoopbackApi.open((request, response) => {
      request
        .setEncoding('utf8')
        .on('data', (body: string) => events.push(JSON.parse(body) as (typeof events)[number]));
      request.on('end', () => answerJson(response, {}, 201));
    });
    reporter = new FailureReporter({
      log: {
        info: () => undefined,
        warn: (fields, message) => log.push({ fields, message }),
      },
      events: new EventRecorder(new KubeClient(), NATS_CLUSTER, (_key, error) => {
        throw error;
      }),
      clusterOf: () => cluster,
      writeStatus: (_key, _cluster, status) => {
        statuses.push(status);
        cluster = { ...cluster, status };
        return Promise.resolve();
      },
      clock: () => now,
    });
  });

  afterEach(async () => api.close());

  /** Fails at each of these times, in milliseconds. */
  const fail = async (error: unknown, ...times: readonly number[]): Promise<void> => {
    for (const time of times) {
      now = time;
      await reporter.failed(KEY, error);
    }
  };

  const failure = (): unknown => findReconcileFailure(cluster.status);

  it('is not reported when it passes soon', async () => {
    await fail(webhookAway, 0, 200, 600, 1_400, 3_000);
    expect([statuses, events]).toEqual([[], []]);
  });

  it('is reported with its reason when it lasts, of a cluster without a status too', async () => {
    await fail(webhookAway, 0, 200, 600, 1_400, 3_000, 6_200);
    expect(failure()).toMatchObject({ status: 'Unknown', reason: 'ReconcileError', observedGeneration: 2 });
    expect(findCondition(cluster.status, 'Ready')).toMatchObject({ status: 'Unknown', reason: 'ReconcileError' });
    expect(cluster.status).toMatchObject({ phase: 'Creating' });
    expect(cluster.status?.reason).toContain('the admission webhook check.example.com of another component');
    expect(events.map(({ reason }) => reason)).toEqual(['ReconcileError']);
  });

  it('is reported by its second failure when each took long', async () => {
    await fail(webhookAway, 0, 30_000);
    expect(statuses).toHaveLength(1);
  });

  it('is written once, though times and ports in its message change, and again for another reason', async () => {
    await fail(webhookAway, 0, 200, 6_000);
    const again = new ApiError(500, webhookAway.message.replace('10.0.0.7', '10.0.0.8'), 'InternalError', undefined);
    await fail(again, 6_050, 60_000, 120_000);
    expect(statuses).toHaveLength(1);
    await fail(new ApiError(503, 'apiserver is shutting down', '', undefined), 200_000);
    expect(statuses).toHaveLength(2);
    expect(events).toHaveLength(1);
  });

  it('keeps what the status knew, and does not say that the new spec was seen', async () => {
    const ready = { type: 'Ready', status: 'True' as const, reason: 'AllServersReady', message: 'x'.repeat(9_000) };
    const status = { phase: 'Running' as const, currentVersion: '2.10.29', observedGeneration: 1, conditions: [ready] };
    cluster = { ...cluster, status };
    await fail(webhookAway, 0, 200, 6_000);
    expect(cluster.status).toMatchObject({ phase: 'Running', currentVersion: '2.10.29', observedGeneration: 1 });
    expect(findCondition(cluster.status, 'Ready')).toMatchObject({ status: 'True', reason: 'AllServersReady' });
    expect(JSON.stringify(cluster.status).length).toBeLessThan(4_000);
  });

  it('is reported at once when it is a bug: by an id under which the log has the stack, and without its message', async () => {
    const bug = new TypeError('cannot read "s3cret" of undefined');
    await fail(bug, 0, 1);
    expect(statuses).toHaveLength(1);
    const { message = '' } = findReconcileFailure(cluster.status) ?? {};
    expect(failure()).toMatchObject({ status: 'Unknown', reason: 'InternalError' });
    const [, id] = /id ([0-9a-f]{8})/.exec(message) ?? [];
    expect(log[0]?.fields).toMatchObject({ cluster: KEY, id });
    expect(JSON.stringify(log[0])).toContain('failure-reporter.test');
    expect(JSON.stringify([cluster, log, events])).not.toContain('s3cret');
    expect(events.map(({ reason }) => reason)).toEqual(['InternalError']);
  });

  it.each([
    ['of Secrets', new SecretsTooLargeError(2_000_000), 'the Secrets that the spec names have more than 2000000 bytes'],
    ['of an answer', new TooLargeError(4_194_304, ''), 'the response has more than 4194304 bytes'],
  ])('is no bug where there is too much %s', async (_what, error, words) => {
    await fail(error, 0, 200, 6_000);
    expect(failure()).toMatchObject({ reason: 'ReconcileError' });
    expect(cluster.status?.reason).toContain(words);
  });

  it('is reported at once when the API server does not store the status', async () => {
    await fail(new StatusRejectedError(new ApiError(413, 'limit is 3145728', '', undefined)), 0);
    expect(cluster.status?.reason).toContain('the status can not be written: 413');
  });

  it('is not reported twice, nor where another operator is in charge', async () => {
    await fail(new ReportedError(webhookAway), 0, 200, 6_000);
    reporter.succeeded(KEY);
    await fail(new NotOwnerError(), 0, 200, 60_000);
    expect(statuses).toEqual([]);
  });

  it('starts again after a success', async () => {
    await fail(webhookAway, 0, 200);
    reporter.succeeded(KEY);
    await fail(webhookAway, 60_000, 60_200);
    expect(statuses).toEqual([]);
  });

  it('is said to be over by an Event', async () => {
    await fail(webhookAway, 0, 200, 6_000);
    const well = { conditions: [{ type: 'SpecValid', status: 'True' as const, reason: 'Valid', message: 'ok' }] };
    expect(statusEvents(cluster.status, well)).toEqual([
      {
        type: 'Normal',
        reason: 'ReconcileRecovered',
        message: 'Reconciliation succeeds again, after ReconcileError',
      },
    ]);
  });
});
