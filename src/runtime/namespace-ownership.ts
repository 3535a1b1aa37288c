import { ExpectedError } from './expected-error';
/** The namespaces whose clusters this operator manages now; other operators may manage the rest. */
export interface NamespaceOwnership {
  /** Whether this operator manages the clusters of the namespace. */
  readonly has: (namespace: string) => boolean;
  /** A description of the other operator that manages them; undefined if none is known. */
  readonly other: (namespace: string) => string | undefined;
  /**
   * Runs work for the clusters of a namespace, or of none if undefined: its writes fail with NotOwnerError as soon as
   * another operator may manage them.
   */
  readonly during: <T>(namespace: string | undefined, work: () => Promise<T>) => Promise<T>;
}

/** A write was rejected because another operator may be the leader. */
export class NotOwnerError extends ExpectedError {
  override readonly name = 'NotOwnerError';

  constructor() {
    super('this operator is not the leader and must not write');
  }
}
