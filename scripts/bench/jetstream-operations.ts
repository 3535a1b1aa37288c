import { getCondition, getPod, getPods } from '../../test/cluster/support/objects';
import { kubectl } from '../../test/cluster/support/kubectl';
import { patchSpec } from '../../test/cluster/support/nats-cluster';
import { killServer } from '../../test/cluster/support/server-process';
import { waitFor } from '../../test/cluster/support/wait-for';
import {
  chaosNode,
  claimName,
  serverName,
  serverPod,
  SIZE,
  waitUntilWell,
  type ChaosCluster,
} from '../chaos/chaos-cluster';
import { RESTARTED_AT_ANNOTATION } from '../../src/nats-cluster/spec/labels';

/** An operation on a cluster of three servers; `run` returns when all servers have everything again. */
export interface JetStreamOperation {
  readonly name: string;
  /** The longest time between two acknowledgements that it may cause, in seconds. */
  readonly longestPause: number;
  readonly run: (cluster: ChaosCluster) => Promise<void>;
}

/** For what is planned. */
const PLANNED_S = 1;
/** The others have to notice that a leader is gone: at most 9 s (nats-server, server/raft.go: maxElectionTimeout), and the client's timeout. */
const ELECTION_S = 12;
/** No server runs meanwhile. */
const HIBERNATION_S = 60;
const DEADLINE_MS = 300_000;

const ordinals = Array.from({ length: SIZE }, (_, index) => index + 1);

/** In the order that they are measured in. */
export const jetStreamOperations: readonly JetStreamOperation[] = [
  { name: 'rolling restart', longestPause: PLANNED_S, run: restart },
  { name: 'upgrade from 2.12.15 to 2.14.9', longestPause: PLANNED_S, run: change({ version: '2.14.9' }) },
  { name: 'upgrade from 2.14.9 to 2.15.2', longestPause: PLANNED_S, run: change({ version: '2.15.2' }) },
  { name: 'SIGKILL of each server in turn', longestPause: ELECTION_S, run: inTurn(kill) },
  { name: 'drain of each node in turn', longestPause: PLANNED_S, run: inTurn(drain) },
  { name: 'loss of one volume', longestPause: PLANNED_S, run: loseVolume },
  { name: 'growth of the volumes', longestPause: PLANNED_S, run: grow },
  { name: 'hibernate and wake', longestPause: HIBERNATION_S, run: hibernate },
];

async function restart(cluster: ChaosCluster): Promise<void> {
  const annotation = `${RESTARTED_AT_ANNOTATION}=${new Date().toISOString()}`;
  const before = await uids(cluster);
  await kubectl(['annotate', 'nats', cluster.name, '-n', cluster.namespace, '--overwrite', annotation]);
  const areReplaced = async () => (await uids(cluster)).every(uid => !before.includes(uid));
  await waitFor(areReplaced, { what: 'all servers to be replaced', deadline: DEADLINE_MS });
  await waitUntilWell(cluster);
}

const uids = async ({ namespace, name }: ChaosCluster): Promise<(string | undefined)[]> =>
  (await getPods(namespace, name)).map(({ metadata }) => metadata?.uid);

function change(spec: object): JetStreamOperation['run'] {
  return async cluster => {
    await patchSpec(cluster.namespace, cluster.name, spec);
    await waitUntilWell(cluster);
  };
}

function inTurn(work: (cluster: ChaosCluster, ordinal: number) => Promise<void>): JetStreamOperation['run'] {
  return async cluster => {
    for (const ordinal of ordinals) {
      await work(cluster, ordinal);
      await waitUntilWell(cluster);
    }
  };
}

/** Returns when the kubelet has started the server again. */
async function kill(cluster: ChaosCluster, ordinal: number): Promise<void> {
  const pod = await serverPod(cluster, ordinal);
  const started = ({ status }: typeof pod): string =>
    status?.containerStatuses?.map(({ restartCount }) => restartCount).join() ?? '';
  await killServer(pod);
  const isStarted = async () => started(await serverPod(cluster, ordinal)) !== started(pod);
  await waitFor(isStarted, { what: `${serverName(cluster, ordinal)} to be started again`, deadline: DEADLINE_MS });
}

/** The volume of a server is on its node, so that its pod comes back when the node takes pods again. */
async function drain(_cluster: ChaosCluster, ordinal: number): Promise<void> {
  const { name } = chaosNode(ordinal);
  try {
    await kubectl(['drain', name, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=110s']);
  } finally {
    await kubectl(['uncordon', name]);
  }
}

async function loseVolume(cluster: ChaosCluster): Promise<void> {
  const server = serverName(cluster, SIZE);
  const before = await serverPod(cluster, SIZE);
  const where = ['-n', cluster.namespace, '--wait=false'];
  await kubectl(['delete', 'pvc', claimName(cluster, SIZE), ...where]);
  await kubectl(['delete', 'pod', server, ...where]);
  const isReplaced = async () => {
    const pod = await getPod(cluster.namespace, server);
    return pod !== undefined && pod.metadata?.uid !== before.metadata?.uid;
  };
  await waitFor(isReplaced, { what: `${server} to be replaced`, deadline: DEADLINE_MS });
  await waitUntilWell(cluster);
}

async function grow(cluster: ChaosCluster): Promise<void> {
  await patchSpec(cluster.namespace, cluster.name, { jetstream: { fileStorage: { size: '160Mi' } } });
  await waitUntilWell(cluster);
}

async function hibernate(cluster: ChaosCluster): Promise<void> {
  const { namespace, name } = cluster;
  await patchSpec(namespace, name, { hibernate: true });
  const isHibernated = async () =>
    (await getCondition(namespace, name, 'Ready'))?.reason === 'Hibernated' &&
    (await getPods(namespace, name)).length === 0;
  await waitFor(isHibernated, { what: 'all servers to stop', deadline: DEADLINE_MS });
  await patchSpec(namespace, name, { hibernate: false });
  await waitUntilWell(cluster);
}
