import type { Charge } from './namespace-ownership';
import { splitKey, type ClusterKey } from '../nats-cluster/controller/cluster-key';

/** The turns of clusters that another operator is in charge of, or of all while this one stands by: they are made up for when that changes. */
export class PassedTurns {
  readonly #keys = new Set<ClusterKey>();
  readonly #told = new Set<ClusterKey>();

  /** @param tell lets people know that a cluster is left to another operator, and says whether it could; asked until then */
  constructor(
    private readonly charge: Pick<Charge, 'has' | 'other'>,
    private readonly tell: (key: ClusterKey, other: string) => Promise<boolean>,
  ) {}

  /** Whether a cluster is somebody else's now; its turn is taken note of. */
  async pass(key: ClusterKey): Promise<boolean> {
    const { namespace } = splitKey(key);
    if (this.charge.has(namespace)) return false;
    this.#keys.add(key);
    const other = this.charge.other(namespace);
    if (other !== undefined && !this.#told.has(key) && (await this.tell(key, other))) this.#told.add(key);
    return true;
  }

  /** There is no such cluster any more. */
  forget(key: ClusterKey): void {
    this.#keys.delete(key);
    this.#told.delete(key);
  }

  /** Those of the clusters that are another operator's by now, and nobody was told of it: they may be too quiet to have a turn. */
  untold(keys: readonly ClusterKey[]): ClusterKey[] {
    return keys.filter(key => !this.#told.has(key) && this.charge.other(splitKey(key).namespace) !== undefined);
  }

  /** The turns that can be made up for by now; they are passed no longer. */
  due(): ClusterKey[] {
    const due = [...this.#keys].filter(key => this.charge.has(splitKey(key).namespace));
    for (const key of due) {
      this.#keys.delete(key);
      this.#told.delete(key);
    }
    return due;
  }
}
