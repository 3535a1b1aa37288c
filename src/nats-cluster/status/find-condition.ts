import type { Condition, NatsClusterStatus } from '../../../generated/nats-cluster';

/** The condition of that type; what the Go operator left has no status, and is none. */
export const findCondition = (status: NatsClusterStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find(condition => condition.type === type && condition.status !== undefined);
