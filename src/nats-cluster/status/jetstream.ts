import type { JetStreamStatus } from '../../../generated/nats-cluster';
import type { JetStreamHealth, ServerHealth } from '../jetstream/health';
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

/** What the status shows of JetStream. */
export function jetStreamStatus({ metaLeader, servers }: JetStreamHealth): JetStreamStatus {
  return {
    ...(metaLeader === undefined ? {} : { metaLeader }),
    storagePercent: Math.max(0, ...servers.map(({ storagePercent }) => storagePercent)),
    servers: servers.map(({ name, streams, storagePercent, memoryPercent, isCurrent }) => ({
      ...{ name, streams, storagePercent, memoryPercent, current: isCurrent },
    })),
  };
}
