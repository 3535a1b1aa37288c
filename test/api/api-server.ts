import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from '../../scripts/cluster/until';
import { attempt } from '../../scripts/toolchain/command';
import { freePorts } from './free-ports';

/** A Kubernetes API without nodes: etcd, kube-apiserver and kube-controller-manager on loopback. */
export interface ApiServer {
  readonly kubeconfig: string;
  /** One line of JSON a request that the API server answered, without bodies. */
  readonly auditLog: string;
  stop(): Promise<void>;
}

export interface ApiServerPrograms {
  readonly etcd: string;
  /** The folder with kube-apiserver, kube-controller-manager and kubectl. */
  readonly kubernetes: string;
}

interface Place {
  readonly folder: string;
  readonly programs: ApiServerPrograms;
  readonly etcd: string;
  readonly port: number;
}

const readyWithinMs = 60_000;
const goneWithinMs = 5_000;

/** Starts the three programs with all they write in a folder of their own; ready for requests when it returns. */
export async function startApiServer(programs: ApiServerPrograms): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-api-'));
  const [client = 0, peer = 0, port = 0] = await freePorts(3);
  const place: Place = { folder, programs, etcd: `http://127.0.0.1:${client}`, port };
  await writeFiles(place);
  const running = [startEtcd(place, `http://127.0.0.1:${peer}`), startKubeApiServer(place)];
  const kubeconfig = join(folder, 'kubeconfig');
  const server = { kubeconfig, auditLog: join(folder, 'audit.log'), stop: () => stop(running, folder) };
  if (!(await until(() => isReady(place), readyWithinMs))) {
    const log = (await readFile(join(folder, 'kube-apiserver.log'), 'utf8')).slice(-2000);
    await server.stop();
    throw new Error(`the API server was not ready within ${readyWithinMs / 1000} seconds: ${log}`);
  }
  running.push(startControllerManager(place));
  return server;
}

async function writeFiles({ folder, port }: Place): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const token = randomUUID();
  const files = {
    'sa.key': privateKey,
    'sa.pub': publicKey,
    tokens: `${token},admin,admin,system:masters\n`,
    'audit-policy.yaml': stringify({ apiVersion: 'audit.k8s.io/v1', kind: 'Policy', rules: [{ level: 'Metadata' }] }),
    kubeconfig: kubeconfigText(`https://127.0.0.1:${port}`, join(folder, 'certs/apiserver.crt'), token),
  };
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o600 })));
}

/** The API server makes itself a certificate; the file holds the authority that signed it as well. */
function kubeconfigText(server: string, authority: string, token: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'api', cluster: { server, 'certificate-authority': authority } }],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'api', context: { cluster: 'api', user: 'admin' } }],
    'current-context': 'api',
  });
}

function startEtcd(place: Place, peer: string): ChildProcess {
  const addresses = ['--listen-client-urls', place.etcd, '--advertise-client-urls', place.etcd];
  const peers = ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `api=${peer}`];
  const data = ['--name', 'api', '--data-dir', join(place.folder, 'etcd'), '--unsafe-no-fsync'];
  return start(place, place.programs.etcd, [...data, ...addresses, ...peers]);
}

function startKubeApiServer(place: Place): ChildProcess {
  const file = (name: string) => join(place.folder, name);
  return start(place, join(place.programs.kubernetes, 'kube-apiserver'), [
    `--etcd-servers=${place.etcd}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${place.port}`,
    `--cert-dir=${file('certs')}`,
    `--token-auth-file=${file('tokens')}`,
    '--authorization-mode=RBAC',
    // Strict about who may be made the owner of what, as OpenShift is.
    '--enable-admission-plugins=OwnerReferencesPermissionEnforcement',
    // Both IP families, so that a Service may ask for one of them or for both.
    '--service-cluster-ip-range=10.96.0.0/16,fd00:96::/112',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${file('sa.pub')}`,
    `--service-account-signing-key-file=${file('sa.key')}`,
    `--audit-policy-file=${file('audit-policy.yaml')}`,
    `--audit-log-path=${file('audit.log')}`,
  ]);
}

function startControllerManager(place: Place): ChildProcess {
  return start(place, join(place.programs.kubernetes, 'kube-controller-manager'), [
    `--kubeconfig=${join(place.folder, 'kubeconfig')}`,
    `--service-account-private-key-file=${join(place.folder, 'sa.key')}`,
    '--use-service-account-credentials=true',
    '--leader-elect=false',
    // Its usual 20 requests a second are for a cluster that others use as well.
    '--kube-api-qps=500',
    '--kube-api-burst=1000',
    '--secure-port=0',
    '--controllers=*,-nodeipam',
  ]);
}

function start(place: Place, program: string, args: string[]): ChildProcess {
  const log = openSync(join(place.folder, `${program.slice(program.lastIndexOf('/') + 1)}.log`), 'a');
  return spawn(program, args, { stdio: ['ignore', log, log] });
}

async function isReady({ programs, folder }: Place): Promise<boolean> {
  const args = ['--kubeconfig', join(folder, 'kubeconfig'), 'get', '--raw', '/readyz'];
  return (await attempt(join(programs.kubernetes, 'kubectl'), args)).code === 0;
}

/** SIGTERM first; the API server drains slowly, so SIGKILL follows. */
async function stop(running: ChildProcess[], folder: string): Promise<void> {
  const gone = () => running.every(child => child.exitCode !== null || child.signalCode !== null);
  running.forEach(child => child.kill('SIGTERM'));
  if (!(await until(gone, 1000))) running.forEach(child => child.kill('SIGKILL'));
  await until(gone, goneWithinMs);
  await rm(folder, { recursive: true, force: true });
}
