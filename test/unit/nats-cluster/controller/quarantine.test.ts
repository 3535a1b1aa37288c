import { KubeClient } from '../../../../src/runtime/kube-client';
import { Quarantine } from '../../../../src/nats-cluster/controller/quarantine';
import { DeadlineExceededError, StarvedError } from '../../../../src/runtime/time-limit';
import { ClusterCache } from '../../../../src/nats-cluster/controller/cluster-cache';
import type { NatsClusterObject } from '../../../../src/nats-cluster/spec/resolve-cluster';
import { failureStatus, type ReconcileFailure } from '../../../../src/nats-cluster/status/reconcile-failure';
import { answerJson, LoopbackApi } from '../../runtime/loopback-api';

const KEY = 'team/c';
const late = new DeadlineExceededError(1_000);
const MINUTE = 60_000;

describe('a cluster that takes too long to decide on', () => {
  const versions = new Map<string, string>();
  let api: LoopbackApi;
  let cache: ClusterCache;
  let now: number;
  let roles: string;
  let isWritable: boolean;
  let reports: ReconcileFailure[];
  let written: string[];

  const store = (change: Partial<NatsClusterObject> & { generation?: number }): void => {
    const { generation = 1, ...rest } = change;
    const metadata = { name: 'c', namespace: 'team', uid: 'u', generation };
    cache.storeCluster(KEY, { metadata, spec: { auth: { clientsAuthSecret: 'users' } }, ...rest });
  };

  /** As a process that has just been started has it. */
  const start = (): Quarantine =>
    new Quarantine({
      kube: new KubeClient(),
      cache,
      rolesOf: () => roles,
      report: (_key, failure) => {
        if (!isWritable) return Promise.reject(new Error('the API server is away'));
        reports.push(failure);
        const { metadata: { generation = 0 } = {} } = cache.get(KEY)?.cluster ?? {};
        store({ generation, status: failureStatus(cache.get(KEY)?.cluster ?? {}, failure, new Date()) });
        return Promise.resolve();
      },
      onWritten: key => written.push(key),
      clock: () => now,
    });

  const missTwice = async (quarantine: Quarantine): Promise<void> => {
    now += await quarantine.missed(KEY, late);
    expect(await quarantine.remaining(KEY)).toBeUndefined();
    await quarantine.missed(KEY, late);
  };

  const said = (): string[] => reports.map(({ status, reason }) => `${status} ${reason}`);

  beforeAll(async () => {
    api = await LoopbackApi.open(({ url = '' }, response) => {
      const name = /metadata\.name(?:=|%3D)([^&]+)/.exec(url)?.[1] ?? '';
      answerJson(response, { items: [{ metadata: { uid: name, resourceVersion: versions.get(name) ?? '1' } }] });
    });
  });

  afterAll(async () => api.close());

  beforeEach(() => {
    [cache, now, roles, isWritable, reports, written] = [new ClusterCache(), 0, '', true, [], []];
    versions.clear();
    store({});
  });

  it('is tried once more, after others, and then set aside for ten minutes, and longer after each attempt', async () => {
    const quarantine = start();
    expect(await quarantine.remaining(KEY)).toBeUndefined();
    expect(await quarantine.missed(KEY, late)).toBe(5_000);
    expect(await quarantine.remaining(KEY)).toBe(5_000);
    expect(said()).toEqual(['Unknown ReconcileDeadlineExceeded']);
    now += 5_000;
    expect(await quarantine.remaining(KEY)).toBeUndefined();
    expect(await quarantine.missed(KEY, late)).toBe(10 * MINUTE);
    expect(said().slice(1)).toEqual(['False ReconcileDeadlineExceeded']);
    expect(await quarantine.remaining(KEY)).toBe(10 * MINUTE);
    now += 10 * MINUTE;
    expect(await quarantine.remaining(KEY)).toBeUndefined();
    expect(await quarantine.missed(KEY, late)).toBe(20 * MINUTE);
  });

  it.each<[string, () => void]>([
    ['its spec', () => store({ generation: 2, status: cache.get(KEY)?.cluster?.status ?? {} })],
    ['a Secret that its spec names', () => versions.set('users', '2')],
    ['the Secret of its configuration', () => versions.set('c', '2')],
    ['a NatsServiceRole of it', () => (roles = 'changed')],
  ])('is tried at once when %s changes', async (_what, change) => {
    const quarantine = start();
    await missTwice(quarantine);
    expect(await quarantine.remaining(KEY)).toBeGreaterThan(0);
    change();
    expect(await quarantine.remaining(KEY)).toBeUndefined();
  });

  it('stays set aside when the operator starts again, until one of them changes', async () => {
    await missTwice(start());
    const next = start();
    expect(await next.remaining(KEY)).toBe(10 * MINUTE);
    versions.set('users', '2');
    expect(await next.remaining(KEY)).toBeUndefined();
  });

  it('is set aside by the next process when its second attempt has ended the one before', async () => {
    await start().missed(KEY, late);
    expect(await start().remaining(KEY)).toBe(10 * MINUTE);
    expect(said()).toEqual(['Unknown ReconcileDeadlineExceeded', 'False ReconcileDeadlineExceeded']);
  });

  it('is not tried again before its status says that it was', async () => {
    const quarantine = start();
    isWritable = false;
    await expect(quarantine.missed(KEY, late)).rejects.toThrow('the API server is away');
    now += MINUTE;
    await expect(quarantine.remaining(KEY)).rejects.toThrow('the API server is away');
    expect(written).toEqual([]);
    isWritable = true;
    expect(await quarantine.remaining(KEY)).toBeUndefined();
    expect(said()).toEqual(['Unknown ReconcileDeadlineExceeded']);
    expect(written).toEqual([KEY]);
  });

  it('has two attempts again after one in time', async () => {
    const quarantine = start();
    await quarantine.missed(KEY, late);
    quarantine.delete(KEY);
    expect(await quarantine.missed(KEY, late)).toBe(5_000);
  });

  it('is not to blame for a machine without time, unless that happens again and again', async () => {
    const quarantine = start();
    const starved = new StarvedError(1_000);
    await expect(quarantine.missed(KEY, starved)).rejects.toBe(starved);
    await expect(quarantine.missed(KEY, starved)).rejects.toBe(starved);
    expect(reports).toEqual([]);
    expect(await quarantine.missed(KEY, starved)).toBe(5_000);
  });
});
