import { ensureEquipment } from '../../tools/local-cluster/equipment';
import { insideInvocation } from '../../tools/local-cluster/inside';
import type { Instance } from '../../tools/local-cluster/instance';
import { instanceHere } from '../../tools/local-cluster/lifecycle';
import type { ClusterAccess } from './cluster-access';

/** The way to this checkout's local cluster, or another one, which has to be up. */
export async function localAccess(instance: Instance = instanceHere()): Promise<ClusterAccess> {
  const { programs } = await ensureEquipment();
  return { invocation: (command, args) => insideInvocation(instance, programs, command, args) };
}
