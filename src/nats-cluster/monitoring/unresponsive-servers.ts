import type { UnresponsiveServer } from '../observed';

/** Milliseconds until a server that gave no answer is queried again; each further time it is twice as long. */
const FIRST = 1_500;
const MAX_RETRY_MS = 30_000;

interface Silence {
  readonly report: UnresponsiveServer;
  readonly failures: number;
  readonly until: number;
}

/** The servers that gave no answer: a query takes until its timeout, so they are queried at growing intervals. */
export class UnresponsiveServers {
  /** By container: a recreated one is queried immediately. */
  #silences = new Map<string, Silence>();

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** The last answer of a server that is still valid; undefined where it has to be queried. */
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
