import type { UnresponsiveServer } from '../observed';

/** Milliseconds until a server that gave no answer is asked again; each further time it is twice as long. */
const FIRST = 1_500;
const MAX_RETRY_MS = 30_000;

interface Silence {
  readonly report: UnresponsiveServer;
  readonly failures: number;
  readonly until: number;
}

/** The servers that gave no answer: to ask one takes as long as patience lasts, so it is asked at growing intervals. */
export class UnresponsiveServers {
  /** By container: a recreated one is asked immediately. */
  #silences = new Map<string, Silence>();

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** What a server is taken to say still; undefined where it has to be asked. */
  find(identity: string): UnresponsiveServer | undefined {
    const silence = this.#silences.get(identity);
    return silence !== undefined && this.clock() < silence.until ? silence.report : undefined;
  }

  /** Records that it gave no answer. */
  add(identity: string, report: UnresponsiveServer): void {
    const failures = this.#silences.get(identity)?.failures ?? 0;
    const until = this.clock() + Math.min(FIRST * 2 ** failures, MAX_RETRY_MS);
    this.#silences.set(identity, { report, failures: failures + 1, until });
  }

  delete(identity: string): void {
    this.#silences.delete(identity);
  }

  /** Forgets all others. */
  keepOnly(identities: ReadonlySet<string>): void {
    this.#silences = new Map([...this.#silences].filter(([identity]) => identities.has(identity)));
  }
}
