import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOptions } from '../../../scripts/image/operator-bundle';
import { projectRoot } from '../../../scripts/image/project-root';
import { applyCrds } from '../../../scripts/operator/apply-crds';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { run } from '../../../scripts/toolchain/command';
import { kubectl } from './kubectl';
import { makeOperatorAccount, type OperatorAccount } from './operator-account';

const folder = join(projectRoot, '.work/cluster-tests');
const bundle = join(folder, 'operator.cjs');

/** Makes everything that an operator needs to run beside the cluster: once, before there are any. */
export async function prepareOperator(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await applyCrds(clusterOfKubeconfig());
  await kubectl(['apply', '--server-side', '-f', join(projectRoot, 'scripts/operator/pepr-store.yaml')]);
  await Promise.all([build(bundleOptions(bundle)), makeCertificate()]);
}

/** This checkout's operator as a process of its own beside the cluster: the one that watches, which can be killed at any moment. */
export class OperatorProcess {
  #child: ChildProcess | undefined;
  readonly #logFile: string;

  private constructor(
    private readonly account: OperatorAccount,
    private readonly namespaces: readonly string[],
    name: string,
  ) {
    this.#logFile = join(folder, `${name}.log`);
  }

  /**
   * An operator that looks after those namespaces and has rights in no others, so that several can work side by side. It does not run yet.
   *
   * @param name what it is called to the API server and in the names of its files
   */
  static async prepare(name: string, namespaces: readonly string[]): Promise<OperatorProcess> {
    return new OperatorProcess(await makeOperatorAccount(name, namespaces, folder), namespaces, name);
  }

  /** Who it is to the API server, as the audit log writes it. */
  get user(): string {
    return this.account.user;
  }

  /** Starts it; it watches a few seconds later. */
  start(): void {
    const log = openSync(this.#logFile, 'a');
    this.#child = spawn(process.execPath, [bundle], {
      env: {
        ...process.env,
        KUBECONFIG: this.account.kubeconfig,
        WATCH_NAMESPACE: this.namespaces.join(),
        PEPR_WATCH_MODE: 'true',
        PEPR_LAST_SEEN_LIMIT_SECONDS: '86400',
        PEPR_API_PATH: 'unused',
        SSL_KEY_PATH: join(folder, 'tls.key'),
        SSL_CERT_PATH: join(folder, 'tls.crt'),
        LOG_LEVEL: 'info',
      },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  /** Ends it as a crash would, at once, and returns when it is gone; nothing happens where it does not run. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Ends it, and takes back what it was granted. */
  async remove(): Promise<void> {
    await this.kill();
    await this.account.remove();
  }

  /** Whether the process that was started last still runs. */
  isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** All that it has said so far. */
  log(): string {
    return readFileSync(this.#logFile, 'utf8');
  }
}

/** Pepr serves even where it only watches. */
async function makeCertificate(): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', 'tls.key'];
  await run('openssl', ['req', '-x509', ...key, '-out', 'tls.crt', '-subj', '/CN=unused', '-days', '2'], {
    cwd: folder,
  });
}
