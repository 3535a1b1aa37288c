import { attempt, run } from '../toolchain/command';
import type { ClusterNode, Topology } from './cluster-node';

const bridge = 'nodes';

/**
 * The network namespaces of the nodes and the wires between them: each node's eth0 ends in a bridge in the first node's namespace.
 * Nothing of the machine's own network is touched, and nothing outside is reachable. What is there already is kept.
 */
export async function ensureNetwork({ first, nodes }: Topology): Promise<void> {
  for (const node of nodes) await ensureNamespace(node);
  await ensureLink(first, bridge, ['type', 'bridge']);
  await run('ip', ['-n', first.netns, 'link', 'set', bridge, 'up']);
  for (const node of nodes) await ensureWire(first, node);
  for (const node of nodes) await ensureRoutes(node, nodes);
}

/** Whether the namespace is there and can be entered. */
export async function namespaceWorks(node: ClusterNode): Promise<boolean> {
  return (await attempt('nsenter', [`--net=${node.netnsPath}`, 'true'])).code === 0;
}

async function ensureNamespace(node: ClusterNode): Promise<void> {
  if (await namespaceWorks(node)) return;
  // A crash between the file and the mount leaves a file that is no namespace.
  await attempt('ip', ['netns', 'delete', node.netns]);
  await run('ip', ['netns', 'add', node.netns]);
  await run('ip', ['-n', node.netns, 'link', 'set', 'lo', 'up']);
  const settings = [
    'net.ipv4.ip_forward=1',
    'net.ipv4.conf.all.route_localnet=1',
    'net.ipv4.conf.all.send_redirects=0',
  ];
  await run('nsenter', [`--net=${node.netnsPath}`, 'sysctl', '-qw', ...settings]);
}

async function ensureWire(first: ClusterNode, node: ClusterNode): Promise<void> {
  const port = `node${node.ordinal}`;
  if (!(await linkExists(node, 'eth0'))) {
    await attempt('ip', ['-n', first.netns, 'link', 'delete', port]);
    await run('ip', [
      '-n',
      first.netns,
      'link',
      'add',
      port,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'netns',
      node.netns,
    ]);
  }
  await run('ip', ['-n', first.netns, 'link', 'set', port, 'master', bridge, 'up']);
  await run('ip', ['-n', node.netns, 'addr', 'replace', `${node.address}/24`, 'dev', 'eth0']);
  await run('ip', ['-n', node.netns, 'link', 'set', 'eth0', 'up']);
}

async function ensureRoutes(node: ClusterNode, nodes: readonly ClusterNode[]): Promise<void> {
  // Service addresses need a route to be looked up at all, before kube-proxy's rules send them elsewhere.
  await run('ip', ['-n', node.netns, 'route', 'replace', 'default', 'dev', 'eth0']);
  for (const other of nodes) {
    if (other.ordinal === node.ordinal) continue;
    await run('ip', ['-n', node.netns, 'route', 'replace', other.podSubnet, 'via', other.address]);
  }
}

async function ensureLink(node: ClusterNode, name: string, kind: string[]): Promise<void> {
  if (!(await linkExists(node, name))) await run('ip', ['-n', node.netns, 'link', 'add', name, ...kind]);
}

async function linkExists(node: ClusterNode, name: string): Promise<boolean> {
  return (await attempt('ip', ['-n', node.netns, 'link', 'show', name])).code === 0;
}
