import type { NamespaceOwnership } from './namespace-ownership';
import { splitKey, type ObjectKey } from './object-key';

/** Keys skipped because another operator manages them, or because this one is a standby; requeued when that changes. */
export class SkippedKeys {
  readonly #keys = new Set<ObjectKey>();
  readonly #reported = new Set<ObjectKey>();

  /**
   * @param report reports that another operator manages a cluster, and returns whether it could; repeated until then
   */
  constructor(
    private readonly ownership: Pick<NamespaceOwnership, 'has' | 'other'>,
    private readonly report: (key: ObjectKey, other: string) => Promise<boolean>,
  ) {}

  /** Records a key as skipped if its namespace is not owned. @returns whether it is skipped */
  async pass(key: ObjectKey): Promise<boolean> {
    const { namespace } = splitKey(key);
    if (this.ownership.has(namespace)) return false;
    this.#keys.add(key);
    const other = this.ownership.other(namespace);
    if (other !== undefined && !this.#reported.has(key) && (await this.report(key, other))) this.#reported.add(key);
    return true;
  }

  /** Removes a deleted cluster. */
  forget(key: ObjectKey): void {
    this.#keys.delete(key);
    this.#reported.delete(key);
  }

  /** The clusters managed by another operator that were not reported yet, possibly because they had no event. */
  unreported(keys: readonly ObjectKey[]): ObjectKey[] {
    return keys.filter(key => !this.#reported.has(key) && this.ownership.other(splitKey(key).namespace) !== undefined);
  }

  /** Removes and returns the skipped keys that this operator owns now. */
  due(): ObjectKey[] {
    const due = [...this.#keys].filter(key => this.ownership.has(splitKey(key).namespace));
    for (const key of due) {
      this.#keys.delete(key);
      this.#reported.delete(key);
    }
    return due;
  }
}
