import { build } from 'esbuild';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sidecarBundle } from '../../../scripts/image/sidecar-bundle';
import { reloader } from '../../../scripts/image/sidecars';

/** Makes the reloader's program in that folder, and returns its path. */
export async function buildReloader(folder: string): Promise<string> {
  const program = join(folder, 'nats-server-config-reloader.cjs');
  await build(sidecarBundle(reloader, program));
  return program;
}

/** A program that runs, and what it has said. */
export class RunningProgram {
  readonly #child: ChildProcess;
  readonly #said: string[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => this.#said.push(text));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** How often it has said that so far. */
  count(words: string): number {
    return this.#said.join('').split(words).length - 1;
  }

  /** Waits until it has said that so many times. */
  async says(words: string, times = 1): Promise<void> {
    const deadline = Date.now() + 15_000;
    while (this.count(words) < times) {
      if (Date.now() > deadline) throw new Error(`waited for "${words}" in:\n${this.#said.join('')}`);
      await pause(20);
    }
  }

  /** Ends it by that signal, and returns its exit code; null where it was killed. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return this.ended();
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }
}
