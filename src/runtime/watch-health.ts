/** When each watch of a process last showed that it lives: a watch that is dead looks like a world in which nothing happens. */
export class WatchHealth {
  readonly #signs = new Map<string, { at: number; listed: boolean; refusal?: string | undefined }>();

  /** A watch has begun; until its first sign, that counts as one. */
  begin(name: string, now = Date.now()): void {
    this.#signs.set(name, { at: now, listed: false });
  }

  /** The API server has answered, with a list or an event or the end of a watch that it had held open. */
  sign(name: string, now = Date.now()): void {
    const known = this.#signs.get(name);
    if (known !== undefined) known.at = now;
  }

  /** All there is has been told of. */
  listed(name: string): void {
    const known = this.#signs.get(name);
    if (known !== undefined) known.listed = true;
  }

  /** The API server keeps refusing to show what is watched: what is known of it may be outdated. */
  refused(name: string, why: string): void {
    const known = this.#signs.get(name);
    if (known !== undefined) known.refusal = why;
  }

  /** The API server shows it, or shows it again. */
  shown(name: string): void {
    const known = this.#signs.get(name);
    if (known !== undefined) known.refusal = undefined;
  }

  /** Why the API server refuses to show what a watch watches; undefined where it does not. */
  rejectionOf(name: string): string | undefined {
    return this.#signs.get(name)?.refusal;
  }

  end(name: string): void {
    this.#signs.delete(name);
  }

  /** The watches that have not listed yet what there is. */
  unlisted(): string[] {
    return [...this.#signs].filter(([, { listed }]) => !listed).map(([name]) => name);
  }

  /** The watches without a sign for so many milliseconds. */
  silentFor(milliseconds: number, now = Date.now()): string[] {
    return [...this.#signs].filter(([, { at }]) => now - at >= milliseconds).map(([name]) => name);
  }
}
