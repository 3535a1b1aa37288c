import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundleOptions } from '../../../scripts/image/operator-bundle';
import { projectRoot } from '../../../scripts/image/project-root';
import { applyCrds } from '../../../scripts/operator/apply-crds';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { standAside } from '../../../scripts/operator/deployed-operator';
import { run } from '../../../scripts/toolchain/command';
import { kubectl } from './kubectl';
import { operatorKubeconfig } from './operator-account';

const folder = join(projectRoot, '.work/cluster-tests');
const bundle = join(folder, 'operator.cjs');

/** This checkout's operator as a process of its own beside the cluster: the one that watches, which can be killed at any moment. */
export class OperatorProcess {
  #child: ChildProcess | undefined;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #logFile = join(folder, `operator-${process.pid}-${Date.now()}.log`);

  private constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = environment;
  }

  /** Makes everything ready for it; the deployed operator, if there is one, stands aside, its webhooks too. It does not run yet. */
  static async prepare(): Promise<OperatorProcess> {
    mkdirSync(folder, { recursive: true });
    const cluster = clusterOfKubeconfig();
    await standAside(cluster, true);
    await applyCrds(cluster);
    await kubectl(['apply', '--server-side', '-f', join(projectRoot, 'scripts/operator/pepr-store.yaml')]);
    await build(bundleOptions(bundle));
    await makeCertificate();
    return new OperatorProcess({
      KUBECONFIG: await operatorKubeconfig(folder),
      PEPR_WATCH_MODE: 'true',
      PEPR_LAST_SEEN_LIMIT_SECONDS: '86400',
      PEPR_API_PATH: 'unused',
      SSL_KEY_PATH: join(folder, 'tls.key'),
      SSL_CERT_PATH: join(folder, 'tls.crt'),
      LOG_LEVEL: 'info',
    });
  }

  /** Starts it; it watches a few seconds later. */
  start(): void {
    const log = openSync(this.#logFile, 'a');
    this.#child = spawn(process.execPath, [bundle], {
      env: { ...process.env, ...this.#environment },
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
