import { TOKENS_FINALIZER, type NatsServiceRoleObject } from '../service-role';
import { roleEvent } from '../plan/role-events';
import type { RoleAction } from '../plan/role-action';
import { idOf } from '../plan/observed-roles';
import type { EventRecorder } from '../../runtime/event-recorder';
import type { KubeClient } from '../../runtime/kube-client';
import { setFinalizer } from '../../runtime/set-finalizer';
import { serviceRolePath } from './role-api';
import { projectRole } from './projection';
import type { RoleIndex } from './role-index';
import type { TokenIndex } from './token-index';
import { TokenIssuer } from './token-issuer';

/** The number of concurrent token requests. */
const PARALLEL = 8;

/** Executes the actions for the roles of a cluster. */
export class RoleActionExecutor {
  readonly #issuer: TokenIssuer;

  constructor(
    private readonly kube: KubeClient,
    private readonly roles: RoleIndex,
    private readonly tokens: TokenIndex,
    private readonly events: EventRecorder,
  ) {
    this.#issuer = new TokenIssuer(kube);
  }

  /**
   * Executes one type of action after the other: finalizers are set before tokens are issued elsewhere, and removed after
   * those are deleted. A failure prevents later types, but not other actions of its own type, which may be in other
   * namespaces.
   *
   * @param lifetime of a token in seconds; undefined leaves it to the API server
   * @returns the errors by `namespace/name` of the Secret or role
   */
  async execute(actions: readonly RoleAction[], lifetime: number | undefined): Promise<Map<string, unknown>> {
    const errors = new Map<string, unknown>();
    for (const type of ['addFinalizer', 'deleteToken', 'issueToken', 'labelToken', 'removeFinalizer'] as const) {
      const waiting = actions.filter(action => action.type === type).values();
      const work = async (): Promise<void> => {
        for (const action of waiting) await this.#try(action, lifetime, errors);
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
      if (errors.size > 0) return errors;
    }
    return errors;
  }

  async #try(action: RoleAction, lifetime: number | undefined, errors: Map<string, unknown>): Promise<void> {
    try {
      if (await this.#write(action, lifetime)) await this.#recordEvent(action);
    } catch (error) {
      errors.set(subjectOf(action), error);
    }
  }

  /** @returns whether the action had an effect */
  async #write(action: RoleAction, lifetime: number | undefined): Promise<boolean> {
    switch (action.type) {
      case 'issueToken': {
        const { binding, existing } = action;
        const issue = async () => this.#issuer.issue(binding, existing, lifetime);
        return (await this.tokens.follow(binding.secret, issue)).isNew;
      }
      case 'labelToken':
        await this.tokens.follow(action.binding.secret, async () => ({
          secret: await this.#issuer.patchMetadata(action.binding, action.existing.uid, action.token),
        }));
        return true;
      case 'deleteToken':
        await this.#issuer.drop(action.secret);
        this.tokens.drop(action.secret);
        return true;
      case 'addFinalizer':
      case 'removeFinalizer':
        await this.#setFinalizer(action.role, action.type === 'addFinalizer');
        return true;
    }
  }

  async #setFinalizer({ metadata = {} }: NatsServiceRoleObject, isSet: boolean): Promise<void> {
    const { namespace = '', name = '' } = metadata;
    const path = serviceRolePath(namespace, name);
    const stored = await setFinalizer(this.kube, path, metadata, TOKENS_FINALIZER, isSet);
    if (stored !== undefined) this.roles.update(projectRole(stored as NatsServiceRoleObject));
  }

  async #recordEvent(action: RoleAction): Promise<void> {
    const event = roleEvent(action);
    const purpose =
      action.type === 'issueToken' ? action.binding.purpose : action.type === 'deleteToken' ? action.secret : undefined;
    if (event === undefined || purpose === undefined) return;
    const { clusterNamespace, role, roleUid } = purpose;
    if (this.roles.has(clusterNamespace, role)) await this.events.record(`${clusterNamespace}/${role}`, roleUid, event);
  }
}

function subjectOf(action: RoleAction): string {
  switch (action.type) {
    case 'issueToken':
    case 'labelToken':
      return idOf(action.binding.secret);
    case 'deleteToken':
      return idOf(action.secret);
    case 'addFinalizer':
    case 'removeFinalizer':
      return `role ${action.role.metadata?.namespace ?? ''}/${action.role.metadata?.name ?? ''}`;
  }
}
