import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { signalProcess } from '../../test/cluster/support/server-process';
import { waitFor } from '../../test/cluster/support/wait-for';
import { instanceHere } from '../../tools/local-cluster/lifecycle';
import { openCluster } from '../../tools/local-cluster/local-cluster';
import { ownProcesses } from '../../tools/local-cluster/processes';
import { byManifests } from '../operator/ways';
import { kubectlAgain } from './chaos-cluster';
import type { ChaosRun } from './chaos-run';
import type { Fault } from './fault-kinds';
import { operatorPods } from './node-faults';
import { podName } from './pod-monitor';

/** The argument that only the container that reconciles has, and not that of the webhooks. */
const CONTROLLER = '--webhooks=false';

export async function deleteOperatorPod(_run: ChaosRun, { target }: Fault): Promise<void> {
  const pod = podName(await operatorPod(target));
  await kubectlAgain(['delete', 'pod', pod, '-n', byManifests.namespace, '--wait=false', '--ignore-not-found']);
}

export async function killOperator({ operatorRestarts }: ChaosRun, { target }: Fault): Promise<void> {
  // Its pod may just have been created.
  await waitFor(
    async () => {
      const pod = await operatorPod(target);
      await signalProcess(pod, CONTROLLER, 'SIGKILL');
      operatorRestarts.expect(pod);
      return true;
    },
    { what: 'a process of the operator', interval: 500 },
  );
}

export async function stopApiServer(run: ChaosRun, { seconds }: Fault): Promise<void> {
  await withoutApiServer(run, 'SIGSTOP', seconds, () => signalApiServer('SIGCONT'));
}

export async function killApiServer(run: ChaosRun, { seconds }: Fault): Promise<void> {
  await withoutApiServer(run, 'SIGKILL', seconds, async () => void (await openCluster()));
}

async function withoutApiServer(
  { operatorRestarts }: ChaosRun,
  signal: NodeJS.Signals,
  seconds: number,
  restore: () => Promise<void> | void,
): Promise<void> {
  const endOutage = operatorRestarts.beginOutage(Date.now());
  signalApiServer(signal);
  try {
    await pause(seconds * 1000);
  } finally {
    await restore();
    endOutage(Date.now());
  }
}

function signalApiServer(signal: NodeJS.Signals): void {
  for (const { pid, daemon, marker } of ownProcesses(instanceHere()))
    if (daemon && marker.split('/')[2] === 'kube-apiserver') process.kill(pid, signal);
}

/** One of those that are not leaving. */
async function operatorPod(target: number): Promise<V1Pod> {
  return waitFor(
    async () => {
      const pods = (await operatorPods()).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      return pods[target % pods.length];
    },
    { what: 'a pod of the operator' },
  );
}
