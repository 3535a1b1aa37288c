/** The last heartbeat of each watch: without it, a dead watch could not be distinguished from one without events. */
export class WatchHealth {
  readonly #watches = new Map<string, { at: number; listed: boolean; rejection?: string | undefined }>();

  /** A watch has started, which counts as its first heartbeat. */
  begin(name: string, now = Date.now()): void {
    this.#watches.set(name, { at: now, listed: false });
  }

  /** The API server has sent a list or an event, or has ended the watch regularly. */
  heartbeat(name: string, now = Date.now()): void {
    const known = this.#watches.get(name);
    if (known !== undefined) known.at = now;
  }

  /** The initial list is complete. */
  listed(name: string): void {
    const known = this.#watches.get(name);
    if (known !== undefined) known.listed = true;
  }

  /** The API server keeps rejecting the watch: the cache may be outdated. */
  refused(name: string, reason: string): void {
    const known = this.#watches.get(name);
    if (known !== undefined) known.rejection = reason;
  }

  /** The API server accepts the watch again. */
  shown(name: string): void {
    const known = this.#watches.get(name);
    if (known !== undefined) known.rejection = undefined;
  }

  /** Why the API server rejects a watch; undefined if it does not. */
  rejectionOf(name: string): string | undefined {
    return this.#watches.get(name)?.rejection;
  }

  end(name: string): void {
    this.#watches.delete(name);
  }

  /** The watches whose initial list is not complete. */
  unlisted(): string[] {
    return [...this.#watches].filter(([, { listed }]) => !listed).map(([name]) => name);
  }

  /** The watches without a heartbeat for that many milliseconds. */
  staleWatches(milliseconds: number, now = Date.now()): string[] {
    return [...this.#watches].filter(([, { at }]) => now - at >= milliseconds).map(([name]) => name);
  }
}
