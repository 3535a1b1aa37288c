import type { V1Pod } from '@kubernetes/client-node';
import type { ChildStatefulSet } from '../../../../src/nats-cluster/child';
import type { Observed, ServerReport } from '../../../../src/nats-cluster/observed';
import { listMembers, type Member } from '../../../../src/nats-cluster/rollout/members';

/** A server of the cluster `c`, as a test sees it; what is not said is ready, up to date and meshed with all others. */
export interface Server {
  readonly revision?: 'old' | 'new';
  /** Minutes for which it has been seen as ready as it is. */
  readonly minutes?: number;
  readonly ready?: boolean;
  readonly terminating?: boolean;
  readonly answers?: boolean;
  readonly crashing?: boolean;
  /** Of NATS. */
  readonly version?: string;
  /** The numbers of the servers that it has no route to. */
  readonly unroutedTo?: readonly number[];
}

const now = new Date('2026-01-01T00:00:00Z');

/** The members of a StatefulSet that wants the revision `new`; undefined stands for a pod that is not there. */
export function membersOf(servers: readonly (Server | undefined)[], others: readonly V1Pod[] = []): Member[] {
  const numbered = servers.map((server, index) => ({ number: index + 1, server }));
  const pods = numbered.flatMap(({ number, server }) => (server === undefined ? [] : [podOf(number, server)]));
  const reports = numbered.flatMap(({ number, server }): [string, ServerReport][] =>
    server === undefined ? [] : [[`c-${number}`, reportOf(number, server, servers.length)]],
  );
  const ages = new Map(numbered.map(({ number, server }) => [`c-${number}`, (server?.minutes ?? 1) * 60_000]));
  const observed: Observed = { cluster: {}, children: [], pods: [...pods, ...others], servers: new Map(reports), ages };
  return listMembers('c', servers.length, statefulSet, observed);
}

const statefulSet: ChildStatefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'c', namespace: 'n' },
  status: { replicas: 0, currentRevision: 'old', updateRevision: 'new' },
};

function podOf(number: number, { revision = 'new', ready = true, ...server }: Server): V1Pod {
  const state = server.crashing ? { waiting: { reason: 'CrashLoopBackOff' } } : { running: {} };
  const status = { name: 'nats', image: '', imageID: '', ready, restartCount: 0, state };
  return {
    metadata: {
      name: `c-${number}`,
      labels: { 'controller-revision-hash': revision },
      ...(server.version === undefined ? {} : { annotations: { 'nats.version': server.version } }),
      ...(server.terminating ? { deletionTimestamp: now } : {}),
    },
    status: {
      conditions: [{ type: 'Ready', status: ready && !server.crashing ? 'True' : 'False' }],
      containerStatuses: [status],
    },
  };
}

function reportOf(number: number, { answers = true, unroutedTo = [] }: Server, count: number): ServerReport {
  if (!answers) return { answered: false, reason: 'timeout' };
  const all = Array.from({ length: count }, (_, index) => index + 1);
  const routed = all.filter(other => other !== number && !unroutedTo.includes(other));
  return { answered: true, serverId: `id-${number}`, routedTo: new Set(routed.map(other => `id-${other}`)) };
}
