import type { Child } from '../../src/nats-cluster/children';
import { withDefaults } from './defaults';
import { isJson, isSame, type Json, type Stored } from './objects';
import { serverSideApply } from './server-side-apply';

/** A refused write. */
export class Rejection extends Error {}

/** The children as the API server holds them: server-side apply, defaults, generations, resource versions. */
export class ApiServer {
  readonly #objects = new Map<string, Stored>();
  readonly #applied = new Map<string, Json>();
  #version = 0;
  /** What an admission policy makes of each object that is written. */
  policy: (object: Json) => Json = object => object;

  get(kind: string, name: string): Stored | undefined {
    return this.#objects.get(`${kind}/${name}`);
  }

  list(): Stored[] {
    return [...this.#objects.values()];
  }

  /** The children as the operator reads them: a copy of this moment. */
  children(): Child[] {
    return structuredClone(this.list()) as unknown as Child[];
  }

  /**
   * Server-side apply by the operator.
   *
   * @param adoptFieldOwnership what the object holds counts as applied before
   * @returns what is stored
   * @throws Refusal where it names a resource version that is not the stored one
   */
  apply(child: Child, adoptFieldOwnership = false): Child {
    const id = `${child.kind}/${child.metadata.name}`;
    const live = this.#objects.get(id);
    const { resourceVersion, ...metadata } = { resourceVersion: undefined, ...child.metadata };
    if (resourceVersion !== undefined && resourceVersion !== live?.metadata.resourceVersion) {
      throw new Rejection(`${id} has been modified`);
    }
    const wanted = structuredClone({ ...child, metadata }) as Json;
    const before = adoptFieldOwnership ? live : this.#applied.get(id);
    const merged = serverSideApply(live, live === undefined ? undefined : before, wanted);
    this.#applied.set(id, wanted);
    this.#store(id, live, merged);
    return structuredClone(this.#objects.get(id)) as unknown as Child;
  }

  /** A write by somebody else: what `edit` makes of a copy is stored. */
  edit(kind: string, name: string, edit: (object: Json) => Json): void {
    const live = this.get(kind, name);
    if (live !== undefined) this.#store(`${kind}/${name}`, live, edit(structuredClone(live)));
  }

  create(object: Stored): void {
    this.#store(`${object.kind}/${object.metadata.name}`, undefined, object);
  }

  remove(kind: string, name: string): void {
    this.#objects.delete(`${kind}/${name}`);
    this.#applied.delete(`${kind}/${name}`);
  }

  nextVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  #store(id: string, live: Stored | undefined, next: unknown): void {
    if (!isJson(next)) throw new TypeError(`${id} is no object`);
    const object = withDefaults(this.policy(structuredClone(next))) as Stored;
    const before = { ...live?.metadata };
    const identity = { uid: before.uid ?? `uid-${this.nextVersion()}`, generation: before.generation ?? 1 };
    const candidate = { ...object, metadata: { ...object.metadata, ...identity, ...pick(before, 'resourceVersion') } };
    if (live !== undefined && isSame(candidate, live)) return;
    const generation = identity.generation + (live === undefined || isSame(live.spec, object.spec) ? 0 : 1);
    const resourceVersion = String(this.nextVersion());
    this.#objects.set(id, { ...candidate, metadata: { ...candidate.metadata, generation, resourceVersion } });
  }
}

const pick = (object: Json, key: string): Json => (object[key] === undefined ? {} : { [key]: object[key] });
