const FIRST = 50;
const LARGEST = 500;
/** Target size of a page in bytes, which is parsed in milliseconds. */
const TARGET_BYTES = 1024 * 1024;

/** The limit of a list request, adapted to the size of the objects so that a page has about a megabyte. */
export class PageSize {
  #objects = FIRST;

  get objects(): number {
    return this.#objects;
  }

  /** Records the size of a page in bytes. */
  read(bytes: number): void {
    this.#objects = Math.min(LARGEST, Math.max(1, Math.floor(this.#objects * Math.min(2, TARGET_BYTES / bytes))));
  }

  /** Records an oversized page. @returns whether the limit could be reduced */
  tooLarge(): boolean {
    if (this.#objects === 1) return false;
    this.#objects = Math.max(1, Math.floor(this.#objects / 4));
    return true;
  }
}
