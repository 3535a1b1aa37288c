import { createHash } from 'node:crypto';
import { isSame, type Json } from './objects';

/** One ControllerRevision: a template that the StatefulSet had. */
export interface Revision {
  readonly name: string;
  readonly template: Json;
  number: number;
}

/** The history of a StatefulSet's templates. */
export class Revisions {
  readonly #all: Revision[] = [];

  /**
   * The revision of that template: the newest where it is equal, an older equal one made the newest, or a new one.
   *
   * @see https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/controller/statefulset/stateful_set_control.go getStatefulSetRevisions
   */
  update(set: string, template: Json): Revision {
    const newest = Math.max(0, ...this.#all.map(({ number }) => number));
    const equal = this.#all.find(revision => isSame(revision.template, template));
    if (equal !== undefined) {
      equal.number = Math.max(equal.number, newest === equal.number ? newest : newest + 1);
      return equal;
    }
    const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 8);
    const revision = { name: `${set}-${hash}`, template: structuredClone(template), number: newest + 1 };
    this.#all.push(revision);
    return revision;
  }

  find(name: unknown): Revision | undefined {
    return this.#all.find(revision => revision.name === name);
  }
}
