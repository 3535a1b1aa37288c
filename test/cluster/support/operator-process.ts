import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { operatorFiles, writeOperatorFiles } from '../../../scripts/image/operator-files';
import { projectRoot } from '../../../scripts/image/project-root';
import { applyCrds } from '../../../scripts/operator/apply-crds';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { makeOperatorAccount, type OperatorAccount } from './operator-account';
import { imageNode } from './image-node';

const folder = join(projectRoot, '.work/cluster-tests');
/** What the image has in /app. */
const programs = join(folder, 'operator');

/** Makes everything that an operator needs to run beside the cluster: once, before there are any. */
export async function prepareOperator(): Promise<void> {
  await rm(programs, { recursive: true, force: true });
  mkdirSync(programs, { recursive: true });
  await applyCrds(clusterOfKubeconfig());
  await writeOperatorFiles(await operatorFiles(), programs);
}

/** This checkout's operator as a process of its own beside the cluster, started as our manifests start it; it can be killed at any moment. */
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
    const [home = ''] = this.namespaces;
    const flags = [`--namespaces=${this.namespaces.join()}`, '--health-port=0'];
    this.#child = spawn(imageNode(), [join(programs, 'nats-operator.cjs'), ...flags], {
      env: { ...process.env, KUBECONFIG: this.account.kubeconfig, POD_NAME: home, POD_NAMESPACE: home },
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
    return existsSync(this.#logFile) ? readFileSync(this.#logFile, 'utf8') : '';
  }
}
