import type { GoProgram } from '../toolchain/go-program';
import { kubernetes } from './kubernetes';

/** Everything that a node of the local cluster runs, longest build first. */
export const clusterPrograms: readonly GoProgram[] = [
  kubernetes,
  {
    name: 'coredns',
    version: '1.12.4',
    module: 'github.com/coredns/coredns',
    packages: ['.'],
    hint: 'about 2 minutes',
  },
  {
    name: 'containerd',
    version: '2.4.2',
    module: 'github.com/containerd/containerd/v2',
    packages: ['cmd/containerd', 'cmd/containerd-shim-runc-v2', 'cmd/ctr'],
    hint: 'about 2 minutes',
  },
  {
    name: 'etcd',
    version: '3.6.16',
    module: 'go.etcd.io/etcd/server/v3',
    packages: ['.'],
    hint: 'about 1 minute',
  },
  {
    name: 'runc',
    version: '1.5.2',
    module: 'github.com/opencontainers/runc',
    packages: ['.'],
    cgo: true,
    tags: ['seccomp'],
    hint: 'about 30 seconds',
  },
  {
    name: 'cni-plugins',
    version: '1.9.1',
    module: 'github.com/containernetworking/plugins',
    packages: ['plugins/main/ptp', 'plugins/main/loopback', 'plugins/ipam/host-local', 'plugins/meta/portmap'],
    hint: 'about 30 seconds',
  },
];
