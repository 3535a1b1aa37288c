import { attempt, run } from '../toolchain/command';
import type { ClusterNode, Topology } from './cluster-node';

/** Where the wires end, in the namespace of the switch. */
const bridge = 'nodes';

/**
 * The network namespaces of the nodes and the wires between them: each node's eth0 ends in a bridge. Nothing of the machine's own network
 * is touched, and nothing outside is reachable. What is there already is kept.
 * The bridge has a namespace of its own, or a node's address translation would act on what only passes by (br_netfilter).
 */
export async function ensureNetwork({ instance, nodes }: Topology): Promise<void> {
  const hub = `${instance.name}-0`;
  await ensureNamespace(hub);
  if (!(await linkExists(hub, bridge))) await ip(hub, 'link', 'add', bridge, 'type', 'bridge');
  await ip(hub, 'link', 'set', bridge, 'up');
  for (const node of nodes) {
    await ensureNamespace(node.netns);
    await ensureWire(hub, node);
  }
  for (const node of nodes) await ensureRoutes(node, nodes);
}

/** Whether the namespace is there and can be entered. */
export async function namespaceWorks(netns: string): Promise<boolean> {
  return (await attempt('nsenter', [`--net=/run/netns/${netns}`, 'true'])).code === 0;
}

async function ensureNamespace(netns: string): Promise<void> {
  if (await namespaceWorks(netns)) return;
  // A crash between the file and the mount leaves a file that is no namespace.
  await attempt('ip', ['netns', 'delete', netns]);
  await run('ip', ['netns', 'add', netns]);
  await ip(netns, 'link', 'set', 'lo', 'up');
  const settings = [
    'net.ipv4.ip_forward=1',
    'net.ipv4.conf.all.route_localnet=1',
    'net.ipv4.conf.all.send_redirects=0',
  ];
  await run('nsenter', [`--net=/run/netns/${netns}`, 'sysctl', '-qw', ...settings]);
}

async function ensureWire(hub: string, node: ClusterNode): Promise<void> {
  const port = `node${node.ordinal}`;
  if (!(await linkExists(node.netns, 'eth0')) || !(await linkExists(hub, port))) {
    // Deleting either end deletes both.
    await attempt('ip', ['-n', hub, 'link', 'delete', port]);
    await attempt('ip', ['-n', node.netns, 'link', 'delete', 'eth0']);
    await ip(hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', node.netns);
  }
  await ip(hub, 'link', 'set', port, 'master', bridge, 'up');
  await ip(node.netns, 'addr', 'replace', `${node.address}/24`, 'dev', 'eth0');
  await ip(node.netns, 'link', 'set', 'eth0', 'up');
}

async function ensureRoutes(node: ClusterNode, nodes: readonly ClusterNode[]): Promise<void> {
  // Service addresses need a route to be looked up at all, before kube-proxy's rules send them elsewhere.
  await ip(node.netns, 'route', 'replace', 'default', 'dev', 'eth0');
  for (const other of nodes) {
    if (other.ordinal !== node.ordinal) await ip(node.netns, 'route', 'replace', other.podSubnet, 'via', other.address);
  }
}

async function linkExists(netns: string, name: string): Promise<boolean> {
  return (await attempt('ip', ['-n', netns, 'link', 'show', name])).code === 0;
}

async function ip(netns: string, ...args: string[]): Promise<void> {
  await run('ip', ['-n', netns, ...args]);
}
