import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** The log of a pod's server, followed to its end: when a pod is gone, so is its log. */
export class FollowedLog {
  #text = '';
  readonly #ended: Promise<unknown>;

  constructor(namespace: string, pod: string) {
    const child = spawn('kubectl', ['logs', '--follow', '-n', namespace, pod, '-c', 'nats'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.on('data', (chunk: Buffer) => (this.#text += chunk.toString()));
    this.#ended = once(child, 'close');
  }

  /** All of it, once its container has ended. */
  async text(): Promise<string> {
    await this.#ended;
    return this.#text;
  }
}
