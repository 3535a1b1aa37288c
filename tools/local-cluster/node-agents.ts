import { join } from 'node:path';
import { stringify } from 'yaml';
import { pkiFolder } from './certificates';
import { controlPlaneAddress, podSubnets, type ClusterNode } from './cluster-node';
import type { Daemon } from './daemon';
import { adminKubeconfigPath } from './kubeconfig';
import type { ProgramPaths } from './program-paths';

/** The kubeconfig with which the node's kubelet signs in. */
export function kubeletKubeconfigPath(node: ClusterNode): string {
  return join(node.stateFolder, 'kubelet.kubeconfig');
}

/** The kubelet of the node: its own root folder and its own cgroup, so that several share one machine. */
export function kubelet(node: ClusterNode, programs: ProgramPaths): Daemon {
  const config = join(node.stateFolder, 'kubelet.yaml');
  return {
    name: 'kubelet',
    node,
    command: programs.byName('kubelet'),
    args: [
      `--config=${config}`,
      `--kubeconfig=${kubeletKubeconfigPath(node)}`,
      `--hostname-override=${node.name}`,
      `--node-ip=${node.address}`,
      `--node-labels=topology.kubernetes.io/zone=${node.zone}`,
      `--root-dir=${node.kubeletFolder}`,
    ],
    files: { [config]: stringify(kubeletConfiguration(node)) },
  };
}

/** kube-proxy of the node, by nftables. */
export function kubeProxy(node: ClusterNode, programs: ProgramPaths): Daemon {
  const config = join(node.stateFolder, 'kube-proxy.yaml');
  const configuration = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clusterCIDR: podSubnets,
    hostnameOverride: node.name,
    clientConnection: { kubeconfig: adminKubeconfigPath(node.instance) },
    // The machine's own connection tracking table is none of our business.
    conntrack: { maxPerCore: 0, min: 0 },
  };
  const args = [`--config=${config}`];
  const files = { [config]: stringify(configuration) };
  return { name: 'kube-proxy', node, command: programs.byName('kube-proxy'), args, files };
}

function kubeletConfiguration(node: ClusterNode): unknown {
  const pki = pkiFolder(node.instance);
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: join(pki, `${node.name}.crt`),
    tlsPrivateKeyFile: join(pki, `${node.name}.key`),
    containerRuntimeEndpoint: `unix://${node.containerdSocket}`,
    clusterDNS: [controlPlaneAddress],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    maxPods: 500,
    serializeImagePulls: false,
    // The usual folders of these two are the machine's; a kubelet removes the logs there of pods that are not its own.
    podLogsDir: join(node.stateFolder, 'pods'),
    volumePluginDir: join(node.stateFolder, 'volume-plugins'),
    ...hostSettings(node),
  };
}

/** What lets a kubelet live on a machine that is not its own: old cgroups, swap, a nearly full disk, other people's processes. */
function hostSettings(node: ClusterNode): object {
  return {
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${node.cgroup}`,
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    oomScoreAdj: -1,
    podPidsLimit: -1,
    imageGCHighThresholdPercent: 100,
    evictionHard: { 'imagefs.available': '1%', 'nodefs.available': '1%', 'memory.available': '100Mi' },
  };
}
