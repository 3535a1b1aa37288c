/** What publishers, the consumer and the stream say about the messages of one stream. */
export class MessageLedger {
  readonly #acknowledged = new Set<string>();
  readonly #undelivered = new Set<string>();
  readonly #sequences = new Map<string, number>();
  readonly #duplicates: string[] = [];
  #redelivered = 0;
  #lastAck: number | undefined;
  #longestPause = 0;

  constructor(readonly stream: string) {}

  get count(): number {
    return this.#acknowledged.size;
  }

  get redelivered(): number {
    return this.#redelivered;
  }

  /** @param now in milliseconds */
  acknowledge(id: string, now: number): void {
    this.#acknowledged.add(id);
    if (!this.#sequences.has(id)) this.#undelivered.add(id);
    this.#pauseUntil(now);
    this.#lastAck = now;
  }

  /** A message may be delivered before its publisher hears that it is stored, and again where the acknowledgement of the consumer was lost. */
  deliver(id: string, sequence: number): void {
    const known = this.#sequences.get(id);
    this.#sequences.set(id, sequence);
    this.#undelivered.delete(id);
    if (known === sequence) this.#redelivered += 1;
    else if (known !== undefined) this.#duplicates.push(`${id} is stored at ${known} and at ${sequence}`);
  }

  /** The acknowledged messages that the consumer has not received. */
  get undelivered(): readonly string[] {
    return [...this.#undelivered];
  }

  /** The messages that the consumer has received from two places of the stream. */
  get duplicates(): readonly string[] {
    return this.#duplicates;
  }

  /** The only volume with these messages is lost: nobody can promise them. */
  forgive(): void {
    this.#acknowledged.clear();
    this.#undelivered.clear();
  }

  /** Compares what the stream has with what was acknowledged. */
  compare(stored: readonly string[]): { readonly lost: string[]; readonly storedTwice: string[] } {
    const distinct = new Set(stored);
    const seen = new Set<string>();
    const storedTwice = stored.filter(id => seen.size === seen.add(id).size);
    return { lost: [...this.#acknowledged].filter(id => !distinct.has(id)), storedTwice };
  }

  /** The longest time without an acknowledgement since it was asked for last, in milliseconds, with the time until now. */
  takeLongestPause(now: number): number {
    this.#pauseUntil(now);
    const longest = this.#longestPause;
    this.#longestPause = 0;
    if (this.#lastAck !== undefined) this.#lastAck = now;
    return longest;
  }

  #pauseUntil(now: number): void {
    if (this.#lastAck !== undefined) this.#longestPause = Math.max(this.#longestPause, now - this.#lastAck);
  }
}
