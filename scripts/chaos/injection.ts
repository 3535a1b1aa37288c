import { setTimeout as pause } from 'node:timers/promises';
import type { ChaosRun } from './chaos-run';
import { deleteOperatorPod, killApiServer, killOperator, stopApiServer } from './control-plane-faults';
import { faultKinds, type Fault, type FaultName } from './fault-kinds';
import { crashAndStartNode, drainNode } from './node-faults';
import type { Burst } from './schedule';
import { deletePod, loseVolume, signalServer, stopServer } from './server-faults';
import { changeSpec, hibernate } from './spec-faults';

/** Each returns when what it has stopped was started again. */
const injections: Readonly<Record<FaultName, (run: ChaosRun, fault: Fault) => Promise<void>>> = {
  'server-term': signalServer('SIGTERM'),
  'server-kill': signalServer('SIGKILL'),
  'server-stop': stopServer,
  'pod-deletion': deletePod,
  'volume-loss': loseVolume,
  drain: drainNode,
  'node-crash': crashAndStartNode,
  version: changeSpec,
  growth: changeSpec,
  reload: changeSpec,
  restart: changeSpec,
  hibernation: hibernate,
  'operator-deletion': deleteOperatorPod,
  'operator-kill': killOperator,
  'api-server-stop': stopApiServer,
  'api-server-kill': killApiServer,
};

/** Injects the faults of a burst; returns when all of them are over. */
export async function injectBurst(run: ChaosRun, { fault, companion }: Burst): Promise<void> {
  const work = [inject(run, fault)];
  if (companion !== undefined) work.push(pause(companion.after).then(async () => inject(run, companion.fault)));
  // One that failed must not leave the other behind.
  const results = await Promise.allSettled(work);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function inject(run: ChaosRun, fault: Fault): Promise<void> {
  run.timeline.add(describeFault(fault));
  await injections[fault.name](run, fault);
}

export function describeFault({ name, target, seconds, change }: Fault): string {
  const { scope, what } = faultKinds[name];
  if (scope === 'spec') return `${name}: ${what} ${JSON.stringify(change)}`;
  return `${name} ${target}, ${seconds} s: ${what}`;
}
