import { join } from 'node:path';
import { controlPlaneAddress, type ClusterNode } from './cluster-node';
import type { Daemon } from './daemon';
import { adminKubeconfigPath } from './kubeconfig';
import type { ProgramPaths } from './program-paths';

/** CoreDNS, on the first node's own address. Names outside the cluster do not exist: there is no way out of it. */
export function coreDns(first: ClusterNode, programs: ProgramPaths): Daemon {
  const corefile = join(first.stateFolder, 'Corefile');
  const lines = [
    'cluster.local:53 in-addr.arpa:53 {',
    `  bind ${controlPlaneAddress}`,
    '  errors',
    '  kubernetes cluster.local in-addr.arpa {',
    `    kubeconfig ${adminKubeconfigPath(first.instance)}`,
    '    pods insecure',
    '    ttl 1',
    '  }',
    '}',
    '.:53 {',
    `  bind ${controlPlaneAddress}`,
    '  template ANY ANY {',
    '    rcode NXDOMAIN',
    '  }',
    '}',
  ];
  return {
    name: 'coredns',
    node: first,
    command: join(programs.folderOf('coredns'), 'coredns'),
    args: ['-conf', corefile],
    files: { [corefile]: `${lines.join('\n')}\n` },
  };
}

/** A resolv.conf like a pod's of the default namespace, for processes that run beside the pods. */
export function resolvConf(): string {
  const search = 'search default.svc.cluster.local svc.cluster.local cluster.local';
  return `nameserver ${controlPlaneAddress}\n${search}\noptions ndots:5\n`;
}
