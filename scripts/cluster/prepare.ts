import { mkdirSync, writeFileSync } from 'node:fs';
import { ensureCertificates } from './certificates';
import { ensureCgroups } from './cgroups';
import type { Topology } from './cluster-node';
import { resolvConf } from './dns';
import { resolvConfPath } from './inside';
import { adminKubeconfigPath, kubeconfig } from './kubeconfig';
import { ensureNetwork } from './network';
import { kubeletKubeconfigPath } from './node-agents';

const onlyOwner = { mode: 0o600 };

/** Everything that the daemons find when they start: folders, certificates, kubeconfigs, cgroups, the network. What is there is kept. */
export async function prepare(topology: Topology): Promise<void> {
  const { instance, nodes } = topology;
  nodes.forEach(({ stateFolder }) => mkdirSync(stateFolder, { recursive: true }));
  nodes.forEach(({ runFolder }) => mkdirSync(runFolder, { recursive: true }));
  await ensureCertificates(topology);
  writeFileSync(adminKubeconfigPath(instance), kubeconfig(instance, 'admin'), onlyOwner);
  nodes.forEach(node => writeFileSync(kubeletKubeconfigPath(node), kubeconfig(instance, node.name), onlyOwner));
  writeFileSync(resolvConfPath(instance), resolvConf());
  nodes.forEach(ensureCgroups);
  await ensureNetwork(topology);
}
