import { getCondition, getPods } from '../../test/cluster/support/objects';
import { waitFor } from '../../test/cluster/support/wait-for';
import { CONVERGENCE_MS, kubectlAgain, serverName, SIZE, type ChaosCluster } from './chaos-cluster';
import type { ChaosRun } from './chaos-run';
import type { Fault } from './fault-kinds';

/** The operator takes one server down at a time by itself; the monitors see whether it does. */
export async function changeSpec({ cluster }: ChaosRun, { change }: Fault): Promise<void> {
  await patchAgain(cluster, change);
}

/** All servers are to stop. */
export async function hibernate({ cluster, disruptions }: ChaosRun): Promise<void> {
  const { namespace, name } = cluster;
  disruptions.expect(...Array.from({ length: SIZE }, (_, index) => serverName(cluster, index + 1)));
  await patchAgain(cluster, { hibernate: true });
  const isHibernated = async () =>
    (await getCondition(namespace, name, 'Ready'))?.reason === 'Hibernated' &&
    (await getPods(namespace, name)).length === 0;
  await waitFor(isHibernated, { what: 'all servers to stop', deadline: CONVERGENCE_MS });
  await patchAgain(cluster, { hibernate: false });
}

async function patchAgain({ namespace, name }: ChaosCluster, spec: object): Promise<void> {
  await kubectlAgain(['patch', 'nats', name, '-n', namespace, '--type=merge', '-p', JSON.stringify({ spec })]);
}
