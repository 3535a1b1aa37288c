import { existsSync, readdirSync } from 'node:fs';
import { topologyOf, type ClusterNode, type Topology } from './cluster-node';
import { containerd, pauseImage } from './container-runtime';
import { controllers, storeAndApiServer } from './control-plane';
import { awaitDaemons, ensureDaemons } from './daemons';
import { coreDns } from './dns';
import type { Equipment } from './equipment';
import { containerdAnswers, loadMissingImages } from './images';
import type { Instance } from './instance';
import { keepingKernelSettings } from './kernel-settings';
import { namespaceWorks } from './network';
import { kubelet, kubeProxy } from './node-agents';
import { prepare } from './prepare';
import { ownProcesses } from './processes';
import { apiServerReady, nodesReady, servicesReady } from './readiness';
import { stopInstance } from './stop';
import { volumeProvisioner } from './volumes';

const deadlineMs = 90_000;

/** How many nodes the instance has, running or not. */
export function nodeCount(instance: Instance): number {
  const names = existsSync(instance.stateFolder) ? readdirSync(instance.stateFolder) : [];
  return Math.max(0, ...names.map(name => Number(/^node-(\d+)$/.exec(name)?.[1] ?? 0)));
}

/**
 * Makes the instance run with at least that many nodes, and returns when pods can be started on all of them. Whatever runs already
 * is kept; what is missing, dead or outdated is started.
 */
export async function startInstance(instance: Instance, atLeast: number, equipment: Equipment): Promise<void> {
  const topology = topologyOf(instance, Math.max(1, atLeast, nodeCount(instance)));
  await stopStranded(topology);
  await prepare(topology);
  await startControlPlane(topology, equipment);
  await keepingKernelSettings(() => startNodes(topology, equipment));
}

/** Processes whose network namespace is gone can reach nobody; their pods neither. */
async function stopStranded({ instance, nodes }: Topology): Promise<void> {
  const inhabited = new Set(ownProcesses(instance).map(({ ordinal }) => ordinal));
  for (const node of nodes) {
    if (inhabited.has(node.ordinal) && !(await namespaceWorks(node.netns))) return stopInstance(instance);
  }
}

async function startControlPlane({ instance, first }: Topology, { programs }: Equipment): Promise<void> {
  const daemons = [...storeAndApiServer(first, programs), ...controllers(first, programs)];
  const started = await ensureDaemons(daemons, programs.searchPath);
  // What has been running all along is asked only once, together with the nodes.
  if (started.length === 0) return;
  const ready = () => apiServerReady(instance, programs);
  await awaitDaemons('the API server is not ready', daemons, deadlineMs, ready);
}

async function startNodes(topology: Topology, equipment: Equipment): Promise<void> {
  const { instance, first, nodes } = topology;
  const { programs } = equipment;
  const services = [coreDns(first, programs), volumeProvisioner(first, programs)];
  const daemons = [...services, ...nodes.map(node => kubeProxy(node, programs))];
  await ensureDaemons(daemons, programs.searchPath);
  const since = new Map<string, Date>();
  for (const node of nodes) {
    const started = await startNode(node, equipment);
    if (started !== undefined) since.set(node.name, started);
  }
  const ready = async () => {
    const answers = await Promise.all([nodesReady(topology, programs, since), servicesReady(instance, programs)]);
    return answers.every(Boolean);
  };
  const kubelets = nodes.map(node => kubelet(node, programs));
  await awaitDaemons('the nodes are not ready', [...daemons, ...kubelets], deadlineMs, ready);
}

/** Returns when the kubelet was started, or undefined if it has been running. */
async function startNode(node: ClusterNode, { programs, images }: Equipment): Promise<Date | undefined> {
  const runtime = containerd(node, programs);
  await ensureDaemons([runtime], programs.searchPath);
  const answers = () => containerdAnswers(node, programs);
  await awaitDaemons('containerd does not answer', [runtime], deadlineMs, answers);
  const pause = images.filter(({ reference }) => reference === pauseImage);
  await loadMissingImages(node, programs, pause);
  const begin = new Date();
  const started = await ensureDaemons([kubelet(node, programs)], programs.searchPath);
  await loadMissingImages(node, programs, images);
  return started.length > 0 ? begin : undefined;
}
