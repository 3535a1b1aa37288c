import { spawn, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { until } from '../../tools/toolchain/until';
import { attempt } from '../../tools/toolchain/command';
import { reservePorts } from '../../tools/toolchain/reserve-ports';

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

/**
 * Starts the three programs with all they write in a folder of their own; ready for requests when it returns. Where it fails, nothing of them
 * is left.
 */
export async function startApiServer(programs: ApiServerPrograms): Promise<ApiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-api-'));
  const running: ChildProcess[] = [];
  const stop = () => stopAll(running, folder);
  try {
    const [client = 0, peer = 0, port = 0] = await reservePorts(3);
    const place: Place = { folder, programs, etcd: `http://127.0.0.1:${client}`, port };
    await writeFiles(place);
    running.push(startEtcd(place, `http://127.0.0.1:${peer}`), startKubeApiServer(place));
    await waitUntilReady(place, running);
    running.push(startControllerManager(place));
    return { kubeconfig: join(folder, 'kubeconfig'), auditLog: join(folder, 'audit.log'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Throws with the programs' last words as soon as one of them has ended, or where they take too long. */
async function waitUntilReady(place: Place, running: readonly ChildProcess[]): Promise<void> {
  const isDecided = async () => running.some(hasEnded) || (await isReady(place));
  if ((await until(isDecided, readyWithinMs)) && !running.some(hasEnded)) return;
  const logs = ['etcd', 'kube-apiserver'].map(async name => readFile(logOf(place, name), 'utf8').catch(() => ''));
  const words = (await Promise.all(logs)).map(text => text.slice(-2000)).join('\n');
  throw new Error(`the API server has ended, or was not ready within ${readyWithinMs / 1000} seconds: ${words}`);
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
  return start(place, 'etcd', place.programs.etcd, [...data, ...addresses, ...peers]);
}

function startKubeApiServer(place: Place): ChildProcess {
  const file = (name: string) => join(place.folder, name);
  return start(place, 'kube-apiserver', join(place.programs.kubernetes, 'kube-apiserver'), [
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
  return start(place, 'kube-controller-manager', join(place.programs.kubernetes, 'kube-controller-manager'), [
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

function start(place: Place, name: string, program: string, args: string[]): ChildProcess {
  const log = openSync(logOf(place, name), 'a');
  const child = spawn(program, args, { stdio: ['ignore', log, log] });
  closeSync(log);
  // A program that is not there has no exit code either.
  return child.on('error', error => appendFileSync(logOf(place, name), String(error)));
}

const logOf = ({ folder }: Place, name: string): string => join(folder, `${name}.log`);

async function isReady({ programs, folder }: Place): Promise<boolean> {
  const args = ['--kubeconfig', join(folder, 'kubeconfig'), 'get', '--raw', '/readyz'];
  return (await attempt(join(programs.kubernetes, 'kubectl'), args)).code === 0;
}

/** SIGTERM first; the API server drains slowly, so SIGKILL follows. */
async function stopAll(running: readonly ChildProcess[], folder: string): Promise<void> {
  const gone = () => running.every(hasEnded);
  running.forEach(child => child.kill('SIGTERM'));
  if (!(await until(gone, 1000))) running.forEach(child => child.kill('SIGKILL'));
  await until(gone, goneWithinMs);
  await rm(folder, { recursive: true, force: true });
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess): boolean =>
  pid === undefined || exitCode !== null || signalCode !== null;
