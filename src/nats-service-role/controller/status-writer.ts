import { isDeepStrictEqual } from 'node:util';
import type { NatsServiceRoleStatus } from '../../../generated/nats-service-role';
import { NATS_SERVICE_ROLE, type NatsServiceRoleObject } from '../service-role';
import type { RolePlan } from '../plan/role-plan';
import type { RoleCluster } from '../plan/observed-roles';
import { serviceRoleStatus } from '../status/service-role-status';
import type { KubeClient } from '../../runtime/kube-client';
import { writeStatus } from '../../runtime/write-status';
import { serviceRolePath } from './role-api';
import { projectRole } from './projection';
import type { RoleIndex } from './role-index';

/** Writes the status of roles if it changed. */
export class RoleStatusWriter {
  constructor(
    private readonly kube: KubeClient,
    private readonly roles: RoleIndex,
  ) {}

  /** @returns the errors by role name */
  async report({ outcomes }: RolePlan, cluster: RoleCluster): Promise<Map<string, unknown>> {
    const errors = new Map<string, unknown>();
    for (const outcome of outcomes) {
      const { role } = outcome.entry;
      const status = serviceRoleStatus(outcome, cluster, new Date());
      const isGoing = role.metadata?.deletionTimestamp !== undefined;
      if (isGoing || isDeepStrictEqual(status, role.status)) continue;
      await this.#write(role, status).catch((error: unknown) => errors.set(role.metadata?.name ?? '', error));
    }
    return errors;
  }

  async #write({ metadata = {} }: NatsServiceRoleObject, status: NatsServiceRoleStatus): Promise<void> {
    const { name = '', namespace = '', uid } = metadata;
    const role = { ...NATS_SERVICE_ROLE, metadata: { name, namespace, uid } };
    const stored = await writeStatus(this.kube, serviceRolePath(namespace, name), role, status);
    if (stored !== undefined) this.roles.update(projectRole(stored as NatsServiceRoleObject));
  }
}
