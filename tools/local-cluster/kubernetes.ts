import { readFile } from 'node:fs/promises';
import { downloadGoModule, type GoProgram } from '../toolchain/go-program';

const version = '1.36.3';
const [major = '', minor = '', patch = ''] = version.split('.');
const commands = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy', 'kubectl'];

/** Kubernetes' own programs. Without the version variables every client would see v0.0.0. */
export const kubernetes: GoProgram = {
  name: 'kubernetes',
  version,
  module: 'k8s.io/kubernetes',
  packages: commands.map(command => `cmd/${command}`),
  variables: [
    `k8s.io/component-base/version.gitVersion=v${version}`,
    `k8s.io/component-base/version.gitMajor=${major}`,
    `k8s.io/component-base/version.gitMinor=${minor}`,
    `k8s.io/client-go/pkg/version.gitVersion=v${version}`,
  ],
  goModLines: stagingReplacements,
  hint: 'about 7 minutes on 2 cores, once',
};

/** k8s.io/kubernetes points at its staging modules by path; outside its own repository each has to be named by version. */
async function stagingReplacements(): Promise<string[]> {
  const download = await downloadGoModule('k8s.io/kubernetes', `v${version}`);
  const goMod = await readFile(download.GoMod, 'utf8');
  const modules = [...goMod.matchAll(/^\s*(k8s\.io\/[a-z0-9-]+) => \.\/staging/gm)].map(match => match[1] ?? '');
  return modules.map(module => `replace ${module} => ${module} v0.${minor}.${patch}`);
}
