interface Waiting {
  readonly tenant: string;
  readonly begin: () => void;
}

/**
 * Limits concurrency, fair between tenants: the tenant with the fewest running tasks is next, round-robin among equals.
 */
export class FairLimit {
  readonly #running = new Map<string, number>();
  #waiting: Waiting[] = [];
  #total = 0;

  constructor(private readonly limit: number) {}

  async run<T>(tenant: string, work: () => Promise<T>): Promise<T> {
    if (!this.#begins(tenant)) await this.#wait(tenant);
    try {
      return await work();
    } finally {
      this.#end(tenant);
    }
  }

  /** Waits for a permit. @returns a function that releases it, to be called once */
  async acquire(tenant: string): Promise<() => void> {
    if (!this.#begins(tenant)) await this.#wait(tenant);
    return () => this.#end(tenant);
  }

  #begins(tenant: string): boolean {
    if (this.#total >= this.limit) return false;
    this.#count(tenant, 1);
    return true;
  }

  async #wait(tenant: string): Promise<void> {
    await new Promise<void>(begin => this.#waiting.push({ tenant, begin }));
  }

  #end(tenant: string): void {
    this.#count(tenant, -1);
    this.#next();
  }

  #next(): void {
    let next = 0;
    for (const [index, { tenant }] of this.#waiting.entries()) {
      if (this.#of(tenant) < this.#of(this.#waiting[next]?.tenant ?? '')) next = index;
      if (this.#of(tenant) === 0) break;
    }
    const [waiting] = this.#waiting.splice(next, 1);
    if (waiting === undefined) return;
    const isOfSame = ({ tenant }: Waiting): boolean => tenant === waiting.tenant;
    this.#waiting = [...this.#waiting.filter(each => !isOfSame(each)), ...this.#waiting.filter(isOfSame)];
    this.#count(waiting.tenant, 1);
    waiting.begin();
  }

  #of(tenant: string): number {
    return this.#running.get(tenant) ?? 0;
  }

  #count(tenant: string, change: 1 | -1): void {
    this.#total += change;
    const count = this.#of(tenant) + change;
    if (count === 0) this.#running.delete(tenant);
    else this.#running.set(tenant, count);
  }
}
