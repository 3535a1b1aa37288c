import { setTimeout as pause } from 'node:timers/promises';
import { AuditLog, isWrite } from '../../test/cluster/support/audit-log';
import { applyCluster, waitUntilSettled } from '../../test/cluster/support/nats-cluster';
import { grantOperatorRights } from '../../test/cluster/support/operator-account';
import { OperatorProcess, prepareOperator } from '../../test/cluster/support/operator-process';
import { waitForIdle } from '../../test/cluster/support/wait-for-idle';
import { inNamespace } from './bench-namespace';
import { figure, type Figure } from './figure';

const FEW = 1;
const MANY = 20;
const WINDOW_MS = 660_000;
const SETTLED_MS = 300_000;

/** What an operator has asked the API server for while nothing happened. */
interface Idleness {
  readonly requests: number;
  readonly writes: number;
}

/**
 * What one more cluster at rest costs the API server: two operators side by side, each for the clusters of one server in its own namespace, so that what an
 * operator asks for whatever it has to do cancels out.
 */
export async function measureIdle(): Promise<Figure[]> {
  await prepareOperator();
  await grantOperatorRights();
  const [few, many] = await Promise.all([watchIdle(FEW), watchIdle(MANY)]);
  const minutes = WINDOW_MS / 60_000;
  const marginal = (many.requests - few.requests) / (MANY - FEW);
  const from = { few, many, clusters: [FEW, MANY], minutes };
  return [
    figure(
      `idle: requests to the API server of one more cluster in ${minutes} minutes`,
      { value: marginal, bound: 2, unit: '' },
      from,
    ),
    figure('idle: writes among them', { value: few.writes + many.writes, bound: 0, unit: '' }, from),
  ];
}

async function watchIdle(count: number): Promise<Idleness> {
  return inNamespace(async namespace => {
    const operator = await OperatorProcess.prepare(namespace, [namespace]);
    operator.start();
    try {
      const names = Array.from({ length: count }, (_, index) => `idle-${index}`);
      await Promise.all(names.map(async name => applyCluster(namespace, name, { size: 1 })));
      await Promise.all(names.map(async name => waitUntilSettled(namespace, name, 1, SETTLED_MS)));
      await waitForIdle(await AuditLog.fromNow(operator.user));
      const audit = await AuditLog.fromNow(operator.user);
      await pause(WINDOW_MS);
      const requests = await audit.operatorRequests();
      return { requests: requests.length, writes: requests.filter(isWrite).length };
    } finally {
      await operator.remove();
    }
  });
}
