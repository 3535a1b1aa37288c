const FIRST = 50;
const LARGEST = 500;
/** Bytes that a page is to have: it is parsed in some milliseconds. */
const WANTED_BYTES = 1024 * 1024;

/** How many objects a page of a list is asked to have, so that it has about a megabyte whatever their size. */
export class PageSize {
  #objects = FIRST;

  get objects(): number {
    return this.#objects;
  }

  /** A page of that many objects has so many bytes. */
  read(bytes: number): void {
    this.#objects = Math.min(LARGEST, Math.max(1, Math.floor(this.#objects * Math.min(2, WANTED_BYTES / bytes))));
  }

  /** A page had more than may be read. @returns whether fewer can be asked for */
  tooLarge(): boolean {
    if (this.#objects === 1) return false;
    this.#objects = Math.max(1, Math.floor(this.#objects / 4));
    return true;
  }
}
