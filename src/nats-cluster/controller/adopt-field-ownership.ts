import type { Child } from '../children';
import { unionFields, type FieldSet } from '../../kubernetes/field-set';
import { FIELD_MANAGER, type KubeClient } from '../../runtime/kube-client';
import { childPath } from './cluster-api';

/**
 * The managers under which the Go operator's writes stand: its binary had the name that is our manager's too, but updated rather
 * than applied. What is older than field management is called so by the API server once somebody applies.
 */
const LEGACY_MANAGERS = new Set(['nats-operator', 'before-first-apply']);

/**
 * Makes what the Go operator has set in an object ours, as if we had applied it: the apply that follows then takes away what it
 * does not name. Without that, ports and labels of the Go operator would stay for ever.
 *
 * @param child what is about to be applied
 * @returns the same, to be applied to the state that this has made
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/#upgrading-from-client-side-apply-to-server-side-apply
 * @throws ApiError where the API server refuses it
 */
export async function adoptFieldOwnership(kube: KubeClient, child: Child): Promise<Child> {
  const path = childPath(child.kind, child.metadata.namespace, child.metadata.name);
  const live = await readManaged(kube, path, child);
  const managedFields = live?.metadata.managedFields ?? [];
  if (live === undefined || !managedFields.some(isLegacy)) return child;

  const { resourceVersion } = live.metadata;
  const patch = { metadata: { resourceVersion, managedFields: asApplied(managedFields) } };
  const stored = (await kube.merge(path, patch)) as Stored | undefined;
  if (stored === undefined || child.metadata.resourceVersion !== resourceVersion) return child;
  return { ...child, metadata: { ...child.metadata, resourceVersion: stored.metadata.resourceVersion } };
}

/**
 * The object with its managers. One that is older than field management has none, until somebody applies: then all that it holds
 * counts as set by one manager. So a name alone is applied, which changes nothing else.
 */
async function readManaged(kube: KubeClient, path: string, child: Child): Promise<Stored | undefined> {
  const live = (await kube.get(path)) as Stored | undefined;
  if (live === undefined || (live.metadata.managedFields ?? []).length > 0) return live;
  const { apiVersion, kind, metadata } = child;
  const { name, namespace } = metadata;
  return (await kube.apply(path, { apiVersion, kind, metadata: { name, namespace } })) as Stored;
}

interface Stored {
  readonly metadata: { readonly resourceVersion: string; readonly managedFields?: readonly ManagedFields[] };
}

interface ManagedFields {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly apiVersion?: string;
  readonly fieldsV1?: FieldSet;
}

const isLegacy = ({ manager, operation, subresource }: ManagedFields): boolean =>
  operation === 'Update' && !subresource && LEGACY_MANAGERS.has(manager ?? '');

const isOurs = ({ manager, operation, subresource }: ManagedFields): boolean =>
  operation === 'Apply' && !subresource && manager === FIELD_MANAGER;

/** One entry of ours in place of theirs; the others as they are. */
function asApplied(all: readonly ManagedFields[]): ManagedFields[] {
  const merged = all.filter(entry => isLegacy(entry) || isOurs(entry));
  const fieldsV1 = merged.map(entry => entry.fieldsV1 ?? {}).reduce(unionFields, {});
  const [first] = merged;
  const others = all.filter(entry => !merged.includes(entry));
  return [{ ...first, manager: FIELD_MANAGER, operation: 'Apply', fieldsV1 }, ...others];
}
