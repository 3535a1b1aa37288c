import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { until } from '../../tools/toolchain/until';

export interface GroupOptions {
  readonly cwd: string;
  /** Added to this process's own environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Collects what it writes, instead of showing that as it comes. */
  readonly isCollected: boolean;
  /** Whether it is to leave the processor to whatever else wants it. */
  readonly isBackground?: boolean;
  /** After how many milliseconds it is killed. */
  readonly limitMs: number;
  /** Whether it has done its work, so that nothing is left for it but to end. */
  readonly isDone: () => boolean;
  /** How long it may take to end once its work is done or it is told to, and what it has started to end after it, in milliseconds. */
  readonly endingMs?: number;
}

export interface GroupEnd {
  /** The exit code; of a command that a signal has ended 128. */
  readonly code: number;
  /** What it wrote, where that was collected. */
  readonly output: string;
  /** Why it was killed, where it was, or what outlived it: for people. */
  readonly trouble?: string;
}

const ENDING_MS = 20_000;

/**
 * Runs a command in a process group of its own, to which signals for us are passed on, and returns when no process of it is left. It is
 * killed, with all that it has started there, where it takes too long or does not end when its work is done.
 */
export async function runGroup(command: string, args: readonly string[], options: GroupOptions): Promise<GroupEnd> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: options.isCollected ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  if (options.isBackground === true && child.pid !== undefined) yieldProcessor(child.pid);
  const { endingMs = ENDING_MS } = options;
  const group = new ProcessGroup(child, endingMs);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    // Not `close`: what it leaves behind may hold its output open.
    child.once('exit', code => resolve(code ?? 128));
  });
  const stopPassing = passSignals(group);
  try {
    const trouble = await Promise.race([ended.then(() => undefined), overdue(group, options)]);
    if (trouble !== undefined) await group.end();
    const code = await ended;
    const leftover = await group.endLeftovers();
    const words = [trouble, leftover].filter(text => text !== undefined).join('; ');
    return { code, output: Buffer.concat(output).toString(), ...(words === '' ? {} : { trouble: words }) };
  } finally {
    stopPassing();
  }
}

/** A session of its own is also scheduled as a group of its own, beside which the niceness of its processes counts for nothing. @see sched(7) */
function yieldProcessor(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/autogroup`, '19');
  } catch {
    // A kernel without such groups goes by the niceness.
  }
}

/** Resolves with the reason when the command has to be ended; never where it ends by itself. */
async function overdue(group: ProcessGroup, { limitMs, isDone }: GroupOptions): Promise<string> {
  const isDecided = (): boolean => group.hasEnded || isDone();
  if (!(await until(isDecided, limitMs))) return `killed after ${limitMs / 60_000} minutes`;
  if (await group.endsInTime()) return new Promise(() => undefined);
  return 'killed, for it did not end when its work was done: something is still open';
}

/** They reach the terminal's own group alone. */
function passSignals(group: ProcessGroup): () => void {
  const names = ['SIGINT', 'SIGTERM'] as const;
  const pass = (name: NodeJS.Signals): void => group.signal(name);
  for (const name of names) process.on(name, pass);
  return () => names.forEach(name => process.off(name, pass));
}

class ProcessGroup {
  constructor(
    private readonly leader: ChildProcess,
    private readonly endingMs: number,
  ) {}

  get hasEnded(): boolean {
    const { pid, exitCode, signalCode } = this.leader;
    return pid === undefined || exitCode !== null || signalCode !== null;
  }

  async endsInTime(): Promise<boolean> {
    return until(() => this.hasEnded, this.endingMs);
  }

  signal(name: NodeJS.Signals): void {
    try {
      if (this.leader.pid !== undefined) process.kill(-this.leader.pid, name);
    } catch {
      // All of it has ended.
    }
  }

  /** SIGTERM for all of it, and SIGKILL for what remains. */
  async end(): Promise<void> {
    this.signal('SIGTERM');
    await until(() => this.#living().length === 0, this.endingMs);
    this.signal('SIGKILL');
  }

  /** @returns what outlived the leader and had to be killed, for people */
  async endLeftovers(): Promise<string | undefined> {
    let living: readonly string[] = [];
    if (await until(() => (living = this.#living()).length === 0, this.endingMs)) return undefined;
    await this.end();
    return `it left running: ${living.join(', ')}`;
  }

  /** The command lines of those that live; zombies only wait for whoever inherits them. Empty where there is no /proc. */
  #living(): string[] {
    if (!existsSync('/proc/self/stat')) return [];
    const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
    return pids.flatMap(pid => {
      try {
        const [, state = '', , group] = /\) (\S) (\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
        if (Number(group) !== this.leader.pid || state === 'Z' || state === 'X') return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').slice(0, 120).trim()];
      } catch {
        // It ended while we looked.
        return [];
      }
    });
  }
}
