import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { claimPath } from '../../src/runtime/api-paths';
import { api } from '../../test/cluster/support/objects';
import { signalProcess } from '../../test/cluster/support/server-process';
import { streamLeader } from '../../test/cluster/support/streams';
import { waitFor } from '../../test/cluster/support/wait-for';
import { claimName, kubectlAgain, serverName, serverPod, serviceOf, type ChaosCluster } from './chaos-cluster';
import type { ChaosRun } from './chaos-run';
import type { Fault } from './fault-kinds';
import type { MessageLedger } from './message-ledger';

const PROGRAM = 'nats-server';

export const signalServer =
  (signal: NodeJS.Signals) =>
  async ({ cluster }: ChaosRun, { target }: Fault): Promise<void> =>
    signalProcess(await serverPod(cluster, target), PROGRAM, signal);

export async function stopServer({ cluster }: ChaosRun, { target, seconds }: Fault): Promise<void> {
  const pod = await serverPod(cluster, target);
  await signalProcess(pod, PROGRAM, 'SIGSTOP');
  await pause(seconds * 1000);
  // The kubelet may have killed it meanwhile, as a server that does not answer.
  await signalProcess(pod, PROGRAM, 'SIGCONT').catch(() => undefined);
}

export async function deletePod({ cluster, disruptions }: ChaosRun, { target }: Fault): Promise<void> {
  const server = serverName(cluster, target);
  disruptions.expect(server);
  await kubectlAgain(['delete', 'pod', server, '-n', cluster.namespace, '--wait=false', '--ignore-not-found']);
}

/** What streams with one replica had there is gone; nothing else may be. */
export async function loseVolume(run: ChaosRun, fault: Fault): Promise<void> {
  const { cluster } = run;
  const claim = claimName(cluster, fault.target);
  const stored = await storedOn(run, serverName(cluster, fault.target));
  const uid = await claimUid(cluster, claim);
  await kubectlAgain(['delete', 'pvc', claim, '-n', cluster.namespace, '--wait=false', '--ignore-not-found']);
  await deletePod(run, fault);
  const isGone = async () => (await claimUid(cluster, claim)) !== uid;
  await waitFor(isGone, { what: `claim ${claim} to be gone`, deadline: 120_000 });
  for (const ledger of stored) {
    ledger.forgive();
    run.timeline.add(`${ledger.stream} had its only replica there`);
  }
}

async function claimUid({ namespace }: ChaosCluster, claim: string): Promise<string | undefined> {
  return ((await api.get(claimPath(namespace, claim))) as V1PersistentVolumeClaim | undefined)?.metadata?.uid;
}

async function storedOn({ cluster, singleReplicas }: ChaosRun, server: string): Promise<MessageLedger[]> {
  const leaders = await Promise.all(singleReplicas.map(async ({ stream }) => streamLeader(serviceOf(cluster), stream)));
  return singleReplicas.filter((_, index) => leaders[index] === server);
}
