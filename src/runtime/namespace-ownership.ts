/** Which clusters an operator is in charge of at the moment: others of its kind may be of the rest. */
export interface NamespaceOwnership {
  /** Whether it is in charge of the clusters of that namespace. */
  readonly has: (namespace: string) => boolean;
  /** Who else is in charge of them, as people would say it; undefined where nobody is known to be. */
  readonly other: (namespace: string) => string | undefined;
  /**
   * Does work for the clusters of that namespace: its writes fail with NotOwnerError from the moment on that somebody else may be in charge of them. Undefined
   * stands for work that belongs to no namespace.
   */
  readonly during: <T>(namespace: string | undefined, work: () => Promise<T>) => Promise<T>;
}

/** A write that was held back, for another operator may be in charge by now. */
export class NotOwnerError extends Error {
  override readonly name = 'NotInChargeError';

  constructor() {
    super('this operator is not in charge, so that it may not write');
  }
}
