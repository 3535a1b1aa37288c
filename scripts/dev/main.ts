import { parseArgs } from 'node:util';
import { controlPlaneAddress } from '../../tools/local-cluster/cluster-node';
import { openCluster } from '../../tools/local-cluster/local-cluster';
import type { ClusterAccess } from '../operator/cluster-access';
import { startDevLoop } from '../operator/dev-loop';
import { localAccess } from '../operator/local-access';
import { openContext } from '../operator/own-context';
import { say } from '../../tools/toolchain/progress';
import { messageOf } from '../../tools/toolchain/run-main';

const usage = `npm run dev -- [--context NAME --host ADDRESS]

Runs the operator as one process beside a cluster and starts it again at each change of its source. Without arguments
that is this checkout's local cluster. A cluster of your own is named by its context; --host is the IP or name at
which its API server reaches port 3000 of this machine, for it calls the operator's webhooks there: host.k3d.internal
for k3d, host.minikube.internal for minikube, the address of the docker bridge (172.17.0.1, often) for kind.
`;

/** Runs the loop until Ctrl-C. */
async function main(): Promise<void> {
  const options = { context: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean' } } as const;
  const { context, host, help } = parseArgs({ options }).values;
  if (help === true || (context === undefined) !== (host === undefined)) {
    process.stderr.write(usage);
    process.exitCode = help === true ? 0 : 1;
    return;
  }
  const cluster = context === undefined ? await localCluster() : (await openContext(context)).access;
  const loop = await startDevLoop(cluster, host ?? controlPlaneAddress);
  say('the operator runs beside the cluster; Ctrl-C ends it and puts the cluster back as it was');
  await interrupted();
  say('ending …');
  await loop.stop();
}

async function localCluster(): Promise<ClusterAccess> {
  await openCluster();
  return localAccess();
}

async function interrupted(): Promise<void> {
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    say(messageOf(error));
    process.exit(1);
  },
);
