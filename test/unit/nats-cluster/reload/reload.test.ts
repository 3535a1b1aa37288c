import type { V1Pod } from '@kubernetes/client-node';
import { revisionKey } from '../../../../src/nats-cluster/config/config-revisions';
import { natsConf } from '../../../../src/nats-cluster/config/nats-conf';
import { parseConf } from '../../../../src/nats/conf/parse';
import { printConf } from '../../../../src/nats/conf/print';
import { serverDigest } from '../../../../src/nats/conf/server-digest';
import { includedName } from '../../../../src/nats-cluster/config/server-name';
import { resolveCluster } from '../../../../src/nats-cluster/spec/resolve-cluster';
import type { LoadedConfig, Observed } from '../../../../src/nats-cluster/observed';
import { listMembers } from '../../../../src/nats-cluster/rollout/members';
import { ClusterEntry } from '../../../../src/nats-cluster/controller/cluster-entry';
import { storedFields } from '../../../../src/nats-cluster/apply/drift';
import { alteredAnnotations, annotationPath } from '../../../../src/nats-cluster/apply/stripped-annotations';
import { planReload, type ReloadPlan } from '../../../../src/nats-cluster/reload/plan-reload';
import { podTemplate } from '../../../../src/nats-cluster/resources/pod-template';

const NOW = new Date('2026-01-01T12:00:00Z');
const at = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

const cluster = {
  metadata: { name: 'c', namespace: 'n' },
  spec: { size: 1, pod: { enableConfigReload: true } },
};

interface TestEnvironment {
  /** What of the configuration is wanted, beyond the cluster's own. */
  readonly maxPayload?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the server says; `wanted` stands for the digest of what is wanted. */
  readonly digest?: string;
  readonly loadedAt?: Date;
  readonly now?: Date;
  readonly reloads?: boolean;
  readonly entry?: ClusterEntry;
}

function plan({
  maxPayload = 1,
  annotations = {},
  digest = 'wanted',
  loadedAt = at(-60),
  ...scene
}: TestEnvironment): ReloadPlan {
  const { now = NOW, reloads = true } = scene;
  const spec = { ...cluster.spec, pod: { enableConfigReload: reloads }, natsConfig: { maxPayload } };
  const model = resolveCluster({ ...cluster, spec });
  const conf = natsConf(model);
  const key = revisionKey(conf, reloads);
  const pod: V1Pod = {
    ...podTemplate(model, key),
    metadata: { name: 'c-1', namespace: 'n', uid: 'u', annotations },
    status: { conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const desired = serverDigest(parseConf(printConf(conf)) ?? {}, includedName('c-1'));
  const config: LoadedConfig = {
    loadedAt,
    digest: digest === 'wanted' ? desired : digest || undefined,
    certificates: new Map(),
  };
  const servers = new Map([['c-1', { answered: true as const, serverId: 's', routedTo: new Set<string>(), config }]]);
  const stored = scene.entry?.stored;
  const observed: Observed = { cluster, children: [], pods: [pod], servers, ...(stored && { stored }) };
  return planReload(model, { [key]: printConf(conf) }, listMembers('c', 1, undefined, observed), observed, now);
}

const written = ({ actions }: ReloadPlan): Readonly<Record<string, string | null>> | undefined =>
  actions[0]?.annotations;

/** The annotations of a pod that was told of this configuration, so many seconds ago. */
function told(seconds: number, maxPayload = 1): Readonly<Record<string, string>> {
  const digest = written(plan({ maxPayload }))?.['nats.io/config-digest'] ?? '';
  return { 'nats.io/config-digest': digest, 'nats.io/config-changed-at': at(-seconds).toISOString() };
}

test('records a pod that started with the desired configuration, and nothing is missing', () => {
  const first = plan({});
  expect(written(first)).toMatchObject({ 'nats.io/config-changed-at': null });
  expect(first.pendingReloads).toEqual([]);
  const noted = { 'nats.io/config-digest': written(first)?.['nats.io/config-digest'] ?? '' };
  expect(plan({ annotations: noted })).toEqual({ actions: [], pendingReloads: [] });
});

test('signals a changed configuration to the pod, and reports it missing until the server has it', () => {
  const changed = plan({ maxPayload: 2, annotations: told(3600), digest: 'sha256:former' });
  expect(written(changed)).toMatchObject({ 'nats.io/config-changed-at': NOW.toISOString() });
  expect(changed.pendingReloads).toEqual([{ name: 'c-1', gap: 'runs with its previous configuration', age: 0 }]);
});

test('a server verifies it by the digest and a load after the signal', () => {
  expect(plan({ annotations: told(1), loadedAt: at(-0.5) })).toEqual({ actions: [], pendingReloads: [] });
});

test('a server without digests, before 2.11, proves it by the load alone', () => {
  expect(plan({ annotations: told(1), digest: '', loadedAt: at(-0.5) }).pendingReloads).toEqual([]);
  const { pendingReloads } = plan({ annotations: told(1), digest: '', loadedAt: at(-60) });
  expect(pendingReloads).toEqual([{ name: 'c-1', gap: 'has not loaded its configuration since', age: 1000 }]);
});

test.each([
  ['is given a moment first', 1, undefined, false],
  ['is then asked to reload in any case', 2, undefined, true],
  ['is given as long again as it has had', 7, 3, false],
  ['is asked again after that', 8, 4, true],
  ['is asked every five minutes in the end', 3600, 200, false],
  ['is asked as long as it takes', 3600, 300, true],
])('a server that does not prove it %s', (_what, sinceSeconds, askedAgo, isAsked) => {
  const asked = askedAgo === undefined ? {} : { 'nats.io/reload-requested-at': at(-askedAgo).toISOString() };
  const late = plan({ annotations: { ...told(sinceSeconds), ...asked }, digest: 'sha256:former' });
  expect(written(late)).toEqual(isAsked ? { 'nats.io/reload-requested-at': NOW.toISOString() } : undefined);
  expect(late.pendingReloads).toHaveLength(1);
});

test('a request from before the change does not count for it', () => {
  const before = { 'nats.io/reload-requested-at': at(-3600).toISOString() };
  expect(written(plan({ annotations: { ...told(1), ...before }, digest: 'sha256:former' }))).toBeUndefined();
});

test('pods without a reloader are left alone', () => {
  expect(plan({ reloads: false, digest: 'sha256:other' })).toEqual({ actions: [], pendingReloads: [] });
});

describe('where an admission policy strips annotations of pods', () => {
  const keys = ['nats.io/config-digest', 'nats.io/config-changed-at', 'nats.io/reload-requested-at'];

  /** Plans again and again, and stores what is patched but for what the policy strips. @returns how often it was patched */
  function operate(stripped: readonly string[], entry: ClusterEntry, maxPayload = 1): number {
    let annotations: Record<string, string> = {};
    let patches = 0;
    for (let seconds = 0; seconds < 60; seconds += 2) {
      const found = plan({ annotations, digest: 'sha256:former', now: at(seconds), maxPayload, entry });
      const asked = written(found);
      if (asked === undefined) continue;
      patches += 1;
      const kept = Object.entries({ ...annotations, ...asked }).filter(
        ([key, value]) => value !== null && !stripped.includes(key),
      );
      annotations = Object.fromEntries(kept) as Record<string, string>;
      const pod = { metadata: { name: 'c-1', namespace: 'n', uid: 'u', annotations } };
      entry.storePatchedPod(
        pod,
        Object.keys(asked).map(annotationPath),
        storedFields({ metadata: { annotations: asked } }, pod),
      );
    }
    return patches;
  }

  test.each([
    ['all of them', keys, 1],
    ['the digest', keys.slice(0, 1), 1],
    ['the time of the change', keys.slice(1, 2), 2],
    ['the time of the last request', keys.slice(2), 2],
  ])('%s, a pod is patched once for each of them, and once more for another change', (_title, stripped, most) => {
    const entry = new ClusterEntry();
    expect(operate(stripped, entry)).toBeLessThanOrEqual(most);
    expect(operate(stripped, entry)).toBeLessThanOrEqual(1);
    expect(operate(stripped, entry, 2)).toBeGreaterThan(0);
    const pods = [{ metadata: { name: 'c-1' } }];
    const [field] = alteredAnnotations({ pods, stored: entry.stored });
    expect(field).toMatchObject({ object: 'Pod/c-1', path: annotationPath(stripped[0] ?? ''), isDropped: true });
  });

  test('a server is waited for without being looked at all the time', () => {
    const entry = new ClusterEntry();
    operate(keys, entry);
    const { pendingReloads } = plan({ digest: 'sha256:former', entry });
    expect(pendingReloads).toEqual([{ name: 'c-1', gap: 'runs with its previous configuration', age: 30_000 }]);
  });

  test('nothing of it is remembered when it strips nothing any more', () => {
    const entry = new ClusterEntry();
    operate(keys, entry);
    operate([], entry, 2);
    expect(entry.stored.size).toBe(0);
  });
});
