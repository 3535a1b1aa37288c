/** The fields of a watched object that the informer reads. */
export interface InformerTarget {
  readonly metadata?: {
    readonly namespace?: string;
    readonly name?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
  };
}
