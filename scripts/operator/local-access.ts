import { ensureEquipment } from '../cluster/equipment';
import { insideInvocation } from '../cluster/inside';
import { instanceHere } from '../cluster/lifecycle';
import type { ClusterAccess } from './cluster-access';

/** The way to this checkout's local cluster, which has to be up. */
export async function localAccess(): Promise<ClusterAccess> {
  const { programs } = await ensureEquipment();
  const instance = instanceHere();
  return { invocation: (command, args) => insideInvocation(instance, programs, command, args) };
}
