import type { V1PersistentVolumeClaim } from '@kubernetes/client-node';

interface SimulatedClaim {
  readonly uid: string;
  requested: string;
  capacity: string;
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
    this.#claims.set(name, { uid: this.newUid(), requested: String(size), capacity: String(size) });
  }

  request(name: string, size: string | undefined): void {
    const claim = this.#claims.get(name);
    if (claim !== undefined && size !== undefined) claim.requested = size;
  }

  expand(): void {
    for (const claim of this.#claims.values()) if (this.areExpandable) claim.capacity = claim.requested;
  }

  list(): V1PersistentVolumeClaim[] {
    return [...this.#claims].map(([name, { uid, requested, capacity }]) => ({
      metadata: { name, uid },
      spec: { resources: { requests: { storage: requested } } },
      status: { phase: 'Bound', capacity: { storage: capacity } },
    }));
  }
}
