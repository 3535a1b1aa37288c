import { mkdirSync } from 'node:fs';
import { ensureCertificates } from './certificates';
import { ensureCgroups } from './cgroups';
import type { Topology } from './cluster-node';
import { resolvConf } from './dns';
import { resolvConfPath } from './inside';
import { adminKubeconfigPath, kubeconfig } from './kubeconfig';
import { ensureNetwork } from './network';
import { kubeletKubeconfigPath } from './node-agents';
import { writeChanged } from './write-changed';

/** Everything that the daemons find when they start: folders, certificates, kubeconfigs, cgroups, the network. What is there is kept. */
export async function prepare(topology: Topology): Promise<void> {
  const { instance, nodes } = topology;
  nodes.forEach(({ stateFolder }) => mkdirSync(stateFolder, { recursive: true }));
  nodes.forEach(({ runFolder }) => mkdirSync(runFolder, { recursive: true }));
  await ensureCertificates(topology);
  writeChanged(adminKubeconfigPath(instance), kubeconfig(instance, 'admin'));
  nodes.forEach(node => writeChanged(kubeletKubeconfigPath(node), kubeconfig(instance, node.name)));
  writeChanged(resolvConfPath(instance), resolvConf(), 0o644);
  nodes.forEach(ensureCgroups);
  await ensureNetwork(topology);
}
