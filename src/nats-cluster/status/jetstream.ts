import type { JetStreamServerStatus, JetStreamStatus, NatsClusterStatus } from '../../../generated/nats-cluster';
import { toEvent, type EventDraft } from '../event-reasons';
import type { JetStreamHealth, ServerHealth } from '../jetstream/health';
import { ordinals, podName } from '../spec/names';
import { MAX_SIZE } from '../spec/resolve-cluster';
import type { StatusInput } from './status-input';
import { conditionFalse, conditionTrue, type ConditionState } from './conditions';

/** Percent of a limit from which on a person should act. */
const ALMOST_FULL = 80;
const FULL = 90;

const reasons = {
  disabled: 'JetStreamDisabled',
  noMetaLeader: 'NoMetaLeader',
  unhealthy: 'JetStreamUnhealthy',
} as const;

/** Whether streams can be used, and created. */
export function jetStreamReady(health: JetStreamHealth | undefined): ConditionState {
  if (health === undefined)
    return { status: 'Unknown', reason: 'JetStreamUnknown', message: 'No server has said yet how its JetStream is' };
  const { problem, metaLeader, servers } = health;
  if (problem !== undefined) return conditionFalse(reasons[problem.kind], problem.message);
  const leader = metaLeader === undefined ? '' : `, and ${metaLeader} leads them`;
  const subject = servers.length === 1 ? '1 server has' : `${servers.length} servers have`;
  return conditionTrue('JetStreamServing', `${subject} JetStream${leader}`);
}

/** Whether streams have room. */
export function storageHealthy({ servers }: JetStreamHealth): ConditionState {
  const used = (server: ServerHealth): number => Math.max(server.storagePercent, server.memoryPercent);
  const fullest = [...servers].sort((a, b) => used(b) - used(a))[0];
  if (fullest === undefined || used(fullest) < ALMOST_FULL)
    return conditionTrue('StorageAvailable', `Streams use less than ${ALMOST_FULL} % of the limit of each server`);
  const what = fullest.storagePercent >= fullest.memoryPercent ? 'file storage' : 'memory storage';
  const message = `Streams use ${used(fullest)} % of the ${what} of ${fullest.name} or more`;
  return conditionFalse(used(fullest) >= FULL ? 'StorageFull' : 'StorageAlmostFull', message);
}

/** What the status shows of JetStream. The volume of a server is kept until it has another one, or is removed. */
export function jetStreamStatus(
  cluster: string,
  { jetstream, volumes, previous, size, members }: StatusInput,
): JetStreamStatus {
  const { metaLeader, servers = [] } = jetstream ?? {};
  const expected = new Set(ordinals(Math.max(size, members.length)).map(ordinal => podName(cluster, ordinal)));
  const shown = new Map<string, JetStreamServerStatus>();
  for (const { name, volume, capacity } of previous?.jetstream?.servers ?? [])
    if (volume !== undefined && expected.has(name))
      shown.set(name, { name, volume, ...(capacity === undefined ? {} : { capacity }) });
  for (const { server: name, volume, capacity } of volumes) shown.set(name, { name, volume, capacity });
  for (const { name, streams, storagePercent, memoryPercent, isCurrent } of servers)
    shown.set(name, {
      ...(shown.get(name) ?? { name }),
      ...{ streams, storagePercent, memoryPercent, current: isCurrent },
    });
  return {
    ...(metaLeader === undefined ? {} : { metaLeader }),
    storagePercent: Math.max(0, ...servers.map(({ storagePercent }) => storagePercent)),
    servers: [...shown.values()]
      .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
      .slice(0, MAX_SIZE),
  };
}

/** Servers that have another volume than before, which is empty. */
export function volumeEvents(previous: NatsClusterStatus | undefined, next: NatsClusterStatus): EventDraft[] {
  const before = new Map(previous?.jetstream?.servers?.map(({ name, volume }) => [name, volume]));
  return (next.jetstream?.servers ?? []).flatMap(({ name, volume }) => {
    const former = before.get(name);
    if (former === undefined || volume === undefined || volume === former) return [];
    const what = `${name} has the empty volume ${volume} instead of ${former}`;
    const loss = 'streams with several replicas are copied to it, and those with their only replica there have lost it';
    return [toEvent('VolumeLost', `${what}: ${loss}`)];
  });
}
