import type { NamespaceOwnership } from './namespace-ownership';
import { splitKey, type ObjectKey } from './object-key';

/** The turns of clusters that another operator is in charge of, or of all while this one stands by: they are made up for when that changes. */
export class SkippedKeys {
  readonly #keys = new Set<ObjectKey>();
  readonly #told = new Set<ObjectKey>();

  /** @param tell lets people know that a cluster is left to another operator, and says whether it could; asked until then */
  constructor(
    private readonly ownership: Pick<NamespaceOwnership, 'has' | 'other'>,
    private readonly tell: (key: ObjectKey, other: string) => Promise<boolean>,
  ) {}

  /** Whether a cluster is somebody else's now; its turn is taken note of. */
  async pass(key: ObjectKey): Promise<boolean> {
    const { namespace } = splitKey(key);
    if (this.ownership.has(namespace)) return false;
    this.#keys.add(key);
    const other = this.ownership.other(namespace);
    if (other !== undefined && !this.#told.has(key) && (await this.tell(key, other))) this.#told.add(key);
    return true;
  }

  /** There is no such cluster any more. */
  forget(key: ObjectKey): void {
    this.#keys.delete(key);
    this.#told.delete(key);
  }

  /** Those of the clusters that are another operator's by now, and nobody was told of it: they may be too quiet to have a turn. */
  unreported(keys: readonly ObjectKey[]): ObjectKey[] {
    return keys.filter(key => !this.#told.has(key) && this.ownership.other(splitKey(key).namespace) !== undefined);
  }

  /** The turns that can be made up for by now; they are passed no longer. */
  due(): ObjectKey[] {
    const due = [...this.#keys].filter(key => this.ownership.has(splitKey(key).namespace));
    for (const key of due) {
      this.#keys.delete(key);
      this.#told.delete(key);
    }
    return due;
  }
}
