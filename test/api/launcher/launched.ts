import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operatorFiles, writeOperatorFiles } from '../../../scripts/image/operator-files';
import { atEnd } from '../../cluster/support/tear-down';
import { reservePorts } from '../../../tools/toolchain/reserve-ports';
import { imageNode } from '../../cluster/support/image-node';

/** The operator's programs as they stand beside each other in the image. */
export interface Programs {
  readonly folder: string;
  /** Done at the file's end, unless it was called before. */
  readonly remove: () => Promise<void>;
}

/** Puts together what the image has in /app, until the file's end. */
export async function buildPrograms(): Promise<Programs> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-'));
  const remove = atEnd(async () => rm(folder, { recursive: true, force: true }));
  await writeOperatorFiles(await operatorFiles(), folder);
  return { folder, remove };
}

export interface OperatorOptions {
  readonly kubeconfig: string;
  /** The pod that the process stands for. */
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly flags?: readonly string[];
  /** For node itself. */
  readonly nodeFlags?: readonly string[];
  /** Of its environment. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** A launcher that runs, and all that it has said. */
export class Launched {
  readonly #said: string[] = [];

  private constructor(
    readonly process: ChildProcess,
    readonly healthPort: number,
    readonly webhookPort: number,
  ) {
    for (const output of [process.stdout, process.stderr]) {
      output?.on('data', (chunk: Buffer) => this.#said.push(chunk.toString()));
    }
  }

  static async start(
    { folder }: Programs,
    { kubeconfig, pod, flags = [], nodeFlags = [], variables = {} }: OperatorOptions,
  ): Promise<Launched> {
    const [health = 0, webhook = 0] = await reservePorts(2);
    const ports = [`--health-port=${health}`, `--webhook-port=${webhook}`];
    const identity = { KUBECONFIG: kubeconfig, POD_NAME: pod.name, POD_NAMESPACE: pod.namespace };
    const env = { ...process.env, ...identity, ...variables };
    const args = [...nodeFlags, join(folder, 'nats-operator.cjs'), ...ports, ...flags];
    const launched = new Launched(
      spawn(imageNode(), args, { env, stdio: ['ignore', 'pipe', 'pipe'] }),
      health,
      webhook,
    );
    atEnd(async () => launched.end());
    return launched;
  }

  /** Standard output and standard error. */
  get said(): string {
    return this.#said.join('');
  }

  /** The answer of the port that the kubelet asks; undefined where there is none. */
  async ask(path: string): Promise<{ status: number; text: string } | undefined> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.healthPort}${path}`);
      return { status: response.status, text: await response.text() };
    } catch {
      return undefined;
    }
  }

  async isReady(): Promise<boolean> {
    return (await this.ask('/readyz'))?.status === 200;
  }

  /** Sends the signal and waits for the end. @returns the exit code, and how many milliseconds it took */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<{ code: number | null; took: number }> {
    const since = Date.now();
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill(signal);
      await ended;
    }
    return { code: this.process.exitCode, took: Date.now() - since };
  }
}
