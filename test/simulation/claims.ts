import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';
import type { PatchClaimAction } from '../../src/nats-cluster/action';

interface SimulatedClaim {
  readonly uid: string;
  requested: string;
  capacity: string;
  annotations: Record<string, string>;
  /** The size with which its volume is full, if it has been. */
  fullAt?: string;
}

/** The claims of the servers, which outlast their pods, with volumes that grow. */
export class Claims {
  readonly #claims = new Map<string, SimulatedClaim>();
  /** Whether volumes grow; as long as it is false, they are asked to in vain. */
  areExpandable = true;

  constructor(private readonly newUid: () => string) {}

  /** The claim of a pod that is created, unless it is there. */
  create(name: string, size: unknown): void {
    if (this.#claims.has(name)) return;
    this.#claims.set(name, { uid: this.newUid(), requested: String(size), capacity: String(size), annotations: {} });
  }

  /** Its volume goes with it. */
  delete(name: string): void {
    this.#claims.delete(name);
  }

  /** Whatever is written to its volume fails from now on, until that is larger. */
  fill(name: string): void {
    const claim = this.#claims.get(name);
    if (claim !== undefined) claim.fullAt = claim.capacity;
  }

  isFull(name: string): boolean {
    const claim = this.#claims.get(name);
    return claim?.fullAt !== undefined && claim.fullAt === claim.capacity;
  }

  request(name: string, size: string): void {
    const claim = this.#claims.get(name);
    if (claim !== undefined) claim.requested = size;
  }

  patch({ claim: { name }, size, annotations }: PatchClaimAction): void {
    const claim = this.#claims.get(name);
    if (claim === undefined) return;
    if (size !== undefined) this.request(name, size);
    const all = Object.entries({ ...claim.annotations, ...annotations });
    claim.annotations = Object.fromEntries(
      all.flatMap(([key, value]): [string, string][] => (value === null ? [] : [[key, value]])),
    );
  }

  expand(): void {
    for (const claim of this.#claims.values()) if (this.areExpandable) claim.capacity = claim.requested;
  }

  list(): V1PersistentVolumeClaim[] {
    return [...this.#claims].map(([name, { uid, requested, capacity, annotations }]) => ({
      metadata: { name, uid, annotations },
      spec: { volumeName: `pv-of-${uid}`, resources: { requests: { storage: requested } } },
      status: { phase: 'Bound', capacity: { storage: capacity } },
    }));
  }
}
