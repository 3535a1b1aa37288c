import { join } from 'node:path';
import type { ClusterNode } from './cluster-node';
import type { Daemon } from './daemon';
import type { ProgramPaths } from './program-paths';

/** The image of every pod's sandbox; built here and loaded into each node. */
export const pauseImage = 'nats-operator.local/pause:1';

/** The folder for the container state of the node: gone with a reboot, as the containers are. */
function containerdStateFolder(node: ClusterNode): string {
  return join(node.runFolder, 'containerd');
}

/** containerd of the node, with its own store, socket and network configuration. */
export function containerd(node: ClusterNode, programs: ProgramPaths): Daemon {
  const config = join(node.stateFolder, 'containerd.toml');
  const cniFolder = join(node.stateFolder, 'cni');
  return {
    name: 'containerd',
    node,
    command: join(programs.folderOf('containerd'), 'containerd'),
    args: ['-c', config],
    files: {
      [config]: containerdConfig(node, programs, cniFolder),
      [join(cniFolder, '10-pods.conflist')]: JSON.stringify(podNetwork(node)),
    },
  };
}

function containerdConfig(node: ClusterNode, programs: ProgramPaths, cniFolder: string): string {
  return `version = 3
root = "${join(node.stateFolder, 'containerd')}"
state = "${containerdStateFolder(node)}"
[grpc]
  address = "${node.containerdSocket}"
[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["${programs.folderOf('cni-plugins')}"]
    conf_dir = "${cniFolder}"
  [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc.options]
      BinaryName = "${join(programs.folderOf('runc'), 'runc')}"
      SystemdCgroup = false
      Root = "${join(node.runFolder, 'runc')}"
[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "${pauseImage}"
[plugins."io.containerd.internal.v1.opt"]
  path = "${join(node.runFolder, 'opt')}"
[plugins."io.containerd.nri.v1.nri"]
  disable = true
`;
}

/**
 * Every pod gets a point-to-point link and is routed: with a bridge, what a pod sends to a service that another pod of the node serves
 * would come back past the address translation, unless the machine has br_netfilter loaded.
 */
function podNetwork(node: ClusterNode): unknown {
  const ipam = {
    type: 'host-local',
    dataDir: join(node.runFolder, 'ipam'),
    ranges: [[{ subnet: node.podSubnet }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const portmap = { type: 'portmap', capabilities: { portMappings: true }, backend: 'nftables' };
  // The name begins the names of the files that libcni keeps in /var/lib/cni, of whichever cluster: so that ours can be found.
  return { cniVersion: '1.0.0', name: node.name, plugins: [{ type: 'ptp', ipMasq: false, ipam }, portmap] };
}
