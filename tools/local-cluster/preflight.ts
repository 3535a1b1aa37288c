import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, run } from '../toolchain/command';
import { step } from '../toolchain/progress';

/** What is needed of the machine's own: a command or a file, and Debian's package of it. */
const needs: readonly (readonly [what: string, debianPackage: string])[] = [
  ['ip', 'iproute2'],
  ['nsenter', 'util-linux'],
  ['flock', 'util-linux'],
  ['sysctl', 'procps'],
  ['nft', 'nftables'],
  ['iptables', 'iptables'],
  ['conntrack', 'conntrack'],
  ['openssl', 'openssl'],
  ['gcc', 'gcc'],
  ['pkg-config', 'pkg-config'],
  ['/usr/include/stdlib.h', 'libc6-dev'],
  ['/usr/include/seccomp.h', 'libseccomp-dev'],
  ['/var/lib/dpkg/info/busybox-static.list', 'busybox-static'],
  ['buildah', 'buildah'],
  ['/etc/ssl/certs/ca-certificates.crt', 'ca-certificates'],
];

/**
 * Makes sure that the local cluster can run here, installing Debian packages that are missing.
 * Throws, in a sentence that names the way out, where it cannot.
 */
export async function ensureMachine(): Promise<void> {
  const reason = obstacle();
  if (reason !== undefined) {
    throw new Error(`The local cluster ${reason}; to use a cluster that you have, run npm start -- --context NAME.`);
  }
  const missing = [...new Set(needs.filter(([what]) => !present(what)).map(([, debianPackage]) => debianPackage))];
  if (missing.length > 0) await install(missing);
}

function obstacle(): string | undefined {
  if (process.platform !== 'linux') return `needs Linux, and this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'needs root, for network namespaces, cgroups and mounts (try sudo)';
  if (!present('go')) return 'is built from Go modules, and there is no go command in the PATH (https://go.dev/dl)';
  const missing = needs.filter(([what]) => !present(what));
  if (missing.length > 0 && !present('apt-get')) {
    return `needs ${missing.map(([what]) => what).join(', ')}, and there is no apt-get to install them with`;
  }
  return undefined;
}

async function install(packages: readonly string[]): Promise<void> {
  await step(`Debian packages ${packages.join(', ')}`, async () => {
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    // Old lists may name versions that are gone; but an update that fails need not matter.
    await attempt('apt-get', ['update', '-qq'], { env });
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
  });
}

function present(what: string): boolean {
  if (what.startsWith('/')) return existsSync(what);
  return machineFolders().some(folder => executable(join(folder, what)));
}

/** npm puts the modules' own programs first in the PATH, and one of them is called nft as well. */
function machineFolders(): string[] {
  return (process.env.PATH ?? '').split(':').filter(folder => !folder.endsWith('/node_modules/.bin'));
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
