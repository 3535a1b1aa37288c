import type { V1Pod } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { podsPath } from '../../src/runtime/api-paths';
import { api, getPods } from '../../test/cluster/support/objects';
import { openCluster } from '../../tools/local-cluster/local-cluster';
import { crashNode } from '../../tools/local-cluster/node-crash';
import { byManifests } from '../operator/ways';
import { chaosNode, kubectlAgain } from './chaos-cluster';
import type { ChaosRun } from './chaos-run';
import type { Fault } from './fault-kinds';
import { podName } from './pod-monitor';

const DRAIN_SECONDS = 110;

/** The volume of a server is on its node, so that its pod waits there until the node takes pods again. */
export async function drainNode({ cluster, disruptions }: ChaosRun, { target, seconds }: Fault): Promise<void> {
  const { name } = chaosNode(target);
  const servers = (await getPods(cluster.namespace, cluster.name)).filter(({ spec }) => spec?.nodeName === name);
  disruptions.expect(...servers.map(podName));
  try {
    const options = ['--ignore-daemonsets', '--delete-emptydir-data', `--timeout=${DRAIN_SECONDS}s`];
    await kubectlAgain(['drain', name, ...options], 3 * DRAIN_SECONDS * 1000);
    await pause(seconds * 1000);
  } finally {
    await kubectlAgain(['uncordon', name]);
  }
}

export async function crashAndStartNode({ operatorRestarts }: ChaosRun, { target, seconds }: Fault): Promise<void> {
  const node = chaosNode(target);
  const pods = (await operatorPods()).filter(({ spec }) => spec?.nodeName === node.name);
  pods.forEach(pod => operatorRestarts.expect(pod));
  await crashNode(node);
  await pause(seconds * 1000);
  await openCluster();
}

/** Of the deployed operator. */
export async function operatorPods(): Promise<V1Pod[]> {
  const { namespace, selector } = byManifests;
  const list = (await api.get(podsPath(namespace), { labelSelector: selector })) as { items: V1Pod[] };
  return list.items;
}
