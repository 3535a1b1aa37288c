import { setTimeout as pause } from 'node:timers/promises';
import { getPod } from '../../test/cluster/support/objects';
import { signalProcess } from '../../test/cluster/support/server-process';
import { streamLeader } from '../../test/cluster/support/streams';
import { waitFor } from '../../test/cluster/support/wait-for';
import { claimName, kubectlAgain, serverName, serverPod, serviceOf } from './chaos-cluster';
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
  const server = serverName(cluster, fault.target);
  const { metadata } = await serverPod(cluster, fault.target);
  const stored = await storedOn(run, server);
  const claim = claimName(cluster, fault.target);
  await kubectlAgain(['delete', 'pvc', claim, '-n', cluster.namespace, '--wait=false', '--ignore-not-found']);
  await deletePod(run, fault);
  const isGone = async () => (await getPod(cluster.namespace, server))?.metadata?.uid !== metadata?.uid;
  await waitFor(isGone, { what: `pod ${server} to be gone`, deadline: 120_000 });
  for (const ledger of stored) {
    ledger.forgive();
    run.timeline.add(`${ledger.stream} had its only replica on ${server}`);
  }
}

async function storedOn({ cluster, singleReplicas }: ChaosRun, server: string): Promise<MessageLedger[]> {
  const leaders = await Promise.all(singleReplicas.map(async ({ stream }) => streamLeader(serviceOf(cluster), stream)));
  return singleReplicas.filter((_, index) => leaders[index] === server);
}
