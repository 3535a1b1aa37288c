import type { Condition, NatsClusterStatus } from '../../../generated/nats-cluster';

/** The names that releases before `status.state` gave conditions and their reasons. */
const TYPES: Readonly<Record<string, string>> = { Connected: 'RemotesConnected' };
const REASONS: Readonly<Record<string, string>> = {
  NameTaken: 'NameConflict',
  Refused: 'ApplyRejected',
  Healing: 'Recovering',
  Doubtful: 'Warning',
  Connected: 'RemotesConnected',
  Disconnected: 'RemotesDisconnected',
};

/** Whether a status was written before there was `status.state`: then other words say what is the same. */
export const isFormer = (status: NatsClusterStatus | undefined): boolean =>
  status?.observedGeneration !== undefined && status.state === undefined;

/** The status in the current names, so that a changed name alone is not reported. */
export function withCurrentNames(status: NatsClusterStatus | undefined): NatsClusterStatus | undefined {
  if (status === undefined || !isFormer(status)) return status;
  const conditions = (status.conditions ?? []).filter(({ type }) => type !== 'Progressing').map(renamed);
  return { ...status, conditions };
}

const renamed = ({ type, reason, ...condition }: Condition): Condition => ({
  type: TYPES[type] ?? type,
  ...(reason === undefined ? {} : { reason: REASONS[reason] ?? reason }),
  ...condition,
});
