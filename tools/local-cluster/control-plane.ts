import { join } from 'node:path';
import { stringify } from 'yaml';
import { pkiFolder } from './certificates';
import { controlPlaneAddress, podSubnets, serviceSubnet, type ClusterNode } from './cluster-node';
import type { Daemon } from './daemon';
import { adminKubeconfigPath } from './kubeconfig';
import type { ProgramPaths } from './program-paths';

const etcdClient = 'http://127.0.0.1:2379';

/** Where the API server writes down every request, without bodies; tests count writes from it. */
export function auditLogPath(first: ClusterNode): string {
  return join(first.stateFolder, 'log', 'audit.log');
}

/** etcd and the API server, that everything else talks to. */
export function storeAndApiServer(first: ClusterNode, programs: ProgramPaths): Daemon[] {
  return [
    {
      name: 'etcd',
      node: first,
      command: join(programs.folderOf('etcd'), 'server'),
      args: [
        `--data-dir=${join(first.stateFolder, 'etcd')}`,
        // Nothing here is worth a disk's flush; a killed process loses nothing by it, only a crashed machine may.
        '--unsafe-no-fsync',
        `--listen-client-urls=${etcdClient}`,
        `--advertise-client-urls=${etcdClient}`,
        '--listen-peer-urls=http://127.0.0.1:2380',
      ],
    },
    apiServer(first, programs),
  ];
}

/** The two controllers of the control plane. No leader election: there is one of each. */
export function controllers(first: ClusterNode, programs: ProgramPaths): Daemon[] {
  const pki = pkiFolder(first.instance);
  const connection = [`--kubeconfig=${adminKubeconfigPath(first.instance)}`, '--leader-elect=false'];
  const speed = ['--kube-api-qps=200', '--kube-api-burst=400'];
  const controllerManager = [
    `--service-account-private-key-file=${pki}/sa.key`,
    `--root-ca-file=${pki}/ca.crt`,
    '--use-service-account-credentials=true',
    `--cluster-cidr=${podSubnets}`,
    // Pod subnets are given by us, one a node, in the network plugin's configuration.
    '--allocate-node-cidrs=false',
    '--controllers=*,-nodeipam',
  ];
  return [
    {
      name: 'kube-controller-manager',
      node: first,
      command: programs.byName('kube-controller-manager'),
      args: [...connection, ...speed, ...controllerManager],
    },
    {
      name: 'kube-scheduler',
      node: first,
      command: programs.byName('kube-scheduler'),
      args: [...connection, ...speed],
    },
  ];
}

function apiServer(first: ClusterNode, programs: ProgramPaths): Daemon {
  const pki = pkiFolder(first.instance);
  const policy = join(first.stateFolder, 'audit-policy.yaml');
  const auditPolicy = { omitStages: ['RequestReceived'], rules: [{ level: 'Metadata' }] };
  return {
    name: 'kube-apiserver',
    node: first,
    command: programs.byName('kube-apiserver'),
    files: { [policy]: stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', ...auditPolicy }) },
    args: [
      `--etcd-servers=${etcdClient}`,
      '--secure-port=6443',
      `--advertise-address=${controlPlaneAddress}`,
      `--service-cluster-ip-range=${serviceSubnet}`,
      '--kubelet-preferred-address-types=InternalIP',
      '--authorization-mode=Node,RBAC',
      '--enable-admission-plugins=NodeRestriction',
      '--allow-privileged=true',
      ...identity(pki),
      `--audit-policy-file=${policy}`,
      `--audit-log-path=${auditLogPath(first)}`,
      '--audit-log-maxsize=100',
      '--audit-log-maxbackup=3',
    ],
  };
}

function identity(pki: string): string[] {
  return [
    `--client-ca-file=${pki}/ca.crt`,
    `--tls-cert-file=${pki}/apiserver.crt`,
    `--tls-private-key-file=${pki}/apiserver.key`,
    `--kubelet-client-certificate=${pki}/admin.crt`,
    `--kubelet-client-key=${pki}/admin.key`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${pki}/sa.pub`,
    `--service-account-signing-key-file=${pki}/sa.key`,
    `--requestheader-client-ca-file=${pki}/ca.crt`,
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-username-headers=X-Remote-User',
    '--requestheader-group-headers=X-Remote-Group',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    `--proxy-client-cert-file=${pki}/front-proxy.crt`,
    `--proxy-client-key-file=${pki}/front-proxy.key`,
  ];
}
