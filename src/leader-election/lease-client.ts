import type { V1Lease } from '@kubernetes/client-node';
import { isConflict } from '../runtime/api-error';
import type { KubeClient } from '../runtime/kube-client';
import { leasePath, leasesPath } from '../runtime/api-paths';
import { LEASE, release, renewal, SCOPE_LABEL, toLease, toRecord, type LeaseRequest, type LeaseRecord } from './lease';

/** Reads and writes Leases with optimistic locking: of two concurrent writes, one is rejected. */
export class LeaseClient {
  constructor(private readonly kube: KubeClient) {}

  /** Returns undefined if the Lease does not exist. */
  async read(namespace: string): Promise<LeaseRecord | undefined> {
    const lease = (await this.kube.get(pathOf(namespace))) as V1Lease | undefined;
    return lease === undefined ? undefined : toRecord(lease);
  }

  /** Lists the Leases of namespaced operators, one per namespace; a consistent read. */
  async readNamespaceLeases(): Promise<LeaseRecord[]> {
    const query = { fieldSelector: `metadata.name=${LEASE}`, labelSelector: `${SCOPE_LABEL}=namespace` };
    return this.kube.listAll('/apis/coordination.k8s.io/v1/leases', { query, take: toRecord });
  }

  /** @returns the acquired Lease, or undefined if another process was first */
  async take(
    namespace: string,
    claim: LeaseRequest,
    former: LeaseRecord | undefined,
  ): Promise<LeaseRecord | undefined> {
    const lease = toLease(claim, former);
    if (former !== undefined) return this.#patch(namespace, lease);
    const created = this.kube.create(leasesPath(namespace), lease);
    return created.then(stored => toRecord(stored as V1Lease), undefinedOnConflict);
  }

  /** @returns the renewed Lease, or undefined if it was changed or deleted */
  async renew(held: LeaseRecord): Promise<LeaseRecord | undefined> {
    return this.#patch(held.namespace, renewal(held));
  }

  /** @returns the released Lease, or undefined if it was changed or deleted */
  async release(held: LeaseRecord): Promise<LeaseRecord | undefined> {
    return this.#patch(held.namespace, release(held));
  }

  async #patch(namespace: string, lease: object): Promise<LeaseRecord | undefined> {
    const patched = this.kube.merge(pathOf(namespace), lease);
    return patched.then(
      stored => (stored === undefined ? undefined : toRecord(stored as V1Lease)),
      undefinedOnConflict,
    );
  }
}

const pathOf = (namespace: string): string => leasePath(namespace, LEASE);

function undefinedOnConflict(error: unknown): undefined {
  if (isConflict(error)) return undefined;
  throw error;
}
