import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../toolchain/command';
import { controlPlaneAddress, type Topology } from './cluster-node';
import type { Instance } from './instance';

const tenYears = '3650';
const serviceAddress = '10.96.0.1';

/** The folder of the instance's certificates and keys. */
export function pkiFolder(instance: Instance): string {
  return join(instance.stateFolder, 'pki');
}

/** Makes what certificates and keys are missing: the authority, the control plane's and each node's. */
export async function ensureCertificates({ instance, nodes }: Topology): Promise<void> {
  const folder = pkiFolder(instance);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await ensureCertificate(folder, 'ca', '/CN=local-cluster', ['basicConstraints=critical,CA:TRUE']);
  await ensureServiceAccountKey(folder);
  const services = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ];
  const names = ['localhost', ...services].map(name => `DNS:${name}`);
  const addresses = ['127.0.0.1', controlPlaneAddress, serviceAddress].map(address => `IP:${address}`);
  const jobs: [name: string, subject: string, alternatives: string[]][] = [
    ['apiserver', '/CN=kube-apiserver', [...names, ...addresses]],
    ['admin', '/O=system:masters/CN=admin', []],
    ['front-proxy', '/CN=front-proxy-client', []],
    ...nodes.map((node): [string, string, string[]] => [
      node.name,
      `/O=system:nodes/CN=system:node:${node.name}`,
      [`DNS:${node.name}`, `IP:${node.address}`, 'IP:127.0.0.1'],
    ]),
  ];
  await Promise.all(jobs.map(([name, subject, alternatives]) => ensureLeaf(folder, name, subject, alternatives)));
}

async function ensureLeaf(folder: string, name: string, subject: string, alternatives: string[]): Promise<void> {
  const extensions = ['basicConstraints=CA:FALSE'];
  if (alternatives.length > 0) extensions.push(`subjectAltName=${alternatives.join(',')}`);
  await ensureCertificate(folder, name, subject, extensions);
}

/** The certificate gets its name last: where it is, its key is whole too. */
async function ensureCertificate(folder: string, name: string, subject: string, extensions: string[]): Promise<void> {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.crt`)];
  if (existsSync(certificate)) return;
  const authority = name === 'ca' ? [] : ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const files = ['-keyout', key, '-out', `${certificate}.partial`];
  const config = ['[req]', 'distinguished_name=dn', 'x509_extensions=ext', '[dn]', '[ext]', ...extensions].join('\n');
  const configFile = join(folder, `${name}.cnf`);
  await writeFile(configFile, `${config}\n`);
  const identity = ['-days', tenYears, '-subj', subject, '-config', configFile];
  await run('openssl', ['req', '-x509', ...curve, ...identity, ...authority, ...files]);
  await rename(`${certificate}.partial`, certificate);
}

async function ensureServiceAccountKey(folder: string): Promise<void> {
  const [key, publicKey] = [join(folder, 'sa.key'), join(folder, 'sa.pub')];
  if (existsSync(publicKey)) return;
  await run('openssl', ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-out', key]);
  await run('openssl', ['pkey', '-in', key, '-pubout', '-out', `${publicKey}.partial`]);
  await rename(`${publicKey}.partial`, publicKey);
}
