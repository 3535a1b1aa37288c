import type { V1Lease } from '@kubernetes/client-node';
import { isConflict } from '../runtime/api-error';
import type { KubeClient } from '../runtime/kube-client';
import { leasePath, leasesPath } from '../runtime/api-paths';
import { LEASE, release, renewal, SCOPE_LABEL, toLease, toRecord, type LeaseRequest, type LeaseRecord } from './lease';

/** Reads and writes Leases: each write names the state that it was made from, so that of two who want the same one is refused. */
export class LeaseClient {
  constructor(private readonly kube: KubeClient) {}

  /** Undefined where there is none. */
  async read(namespace: string): Promise<LeaseRecord | undefined> {
    const lease = (await this.kube.get(pathOf(namespace))) as V1Lease | undefined;
    return lease === undefined ? undefined : toRecord(lease);
  }

  /** The Leases by which operators of some namespaces claim them, one a namespace, as they are at this moment. */
  async readNamespaceLeases(): Promise<LeaseRecord[]> {
    const query = { fieldSelector: `metadata.name=${LEASE}`, labelSelector: `${SCOPE_LABEL}=namespace` };
    return this.kube.listAll('/apis/coordination.k8s.io/v1/leases', { query, take: toRecord });
  }

  /** @returns the Lease as taken, or undefined where somebody else was first */
  async take(
    namespace: string,
    claim: LeaseRequest,
    former: LeaseRecord | undefined,
  ): Promise<LeaseRecord | undefined> {
    const lease = toLease(claim, former);
    if (former !== undefined) return this.#patch(namespace, lease);
    const made = this.kube.create(leasesPath(namespace), lease);
    return made.then(stored => toRecord(stored as V1Lease), undefinedWhereLost);
  }

  /** @returns the Lease as renewed, or undefined where it was changed meanwhile, or is gone */
  async renew(held: LeaseRecord): Promise<LeaseRecord | undefined> {
    return this.#patch(held.namespace, renewal(held));
  }

  /** @returns the Lease as given up, or undefined where it was changed meanwhile, or is gone */
  async release(held: LeaseRecord): Promise<LeaseRecord | undefined> {
    return this.#patch(held.namespace, release(held));
  }

  async #patch(namespace: string, lease: object): Promise<LeaseRecord | undefined> {
    const patched = this.kube.merge(pathOf(namespace), lease);
    return patched.then(stored => (stored === undefined ? undefined : toRecord(stored as V1Lease)), undefinedWhereLost);
  }
}

const pathOf = (namespace: string): string => leasePath(namespace, LEASE);

function undefinedWhereLost(error: unknown): undefined {
  if (isConflict(error)) return undefined;
  throw error;
}
