import type { Problem } from '../../schema/problem';
import type { Account, NatsServiceRoleObject } from '../service-role';
import { validateServiceRole } from '../validate-service-role';
import type { ObservedRoles, RoleCluster } from '../plan/observed-roles';
import type { ObjectKey } from '../../runtime/object-key';
import type { Decide } from '../../runtime/decisions';
import { safeErrorMessage } from '../../runtime/safe-error-message';
import type { AccountIndex } from './account-index';
import type { RoleIndex } from './role-index';
import type { TokenIndex } from './token-index';

/** The maximum number of orphaned token Secrets deleted in one reconciliation. */
const MAX_ORPHANS = 50;

/** The caches of the objects that roles are planned from. */
export interface RoleIndexes {
  readonly roles: RoleIndex;
  readonly tokens: TokenIndex;
  readonly accounts: AccountIndex;
}

/** Collects the observed state that the roles of a cluster are planned from. */
export class RoleObserver {
  readonly #problems = new WeakMap<NatsServiceRoleObject, readonly Problem[]>();

  constructor(
    private readonly indexes: RoleIndexes,
    private readonly decide: Decide,
  ) {}

  /**
   * @param errors of the actions before, by `namespace/name` of the Secret or role
   * @throws ApiError, NoAnswerError if a Secret or the accounts of a name cannot be read
   */
  async observe(key: ObjectKey, cluster: RoleCluster, errors: ReadonlyMap<string, unknown>): Promise<ObservedRoles> {
    const all = this.indexes.roles.of(key);
    const roles = await this.decide(key, () => all.map(role => ({ role, problems: this.#problemsOf(role) })));
    const isEnabled = cluster.state === 'enabled';
    const desired = new Set(isEnabled ? roles.map(({ role }) => role.metadata?.uid) : []);
    const tokens = await this.#tokensOf(key, all, desired);
    return {
      cluster,
      roles,
      moved: this.#moved(cluster, tokens),
      accounts: isEnabled && cluster.issuesTokens ? await this.#accountsOf(all) : [],
      tokens,
      failures: new Map([...errors].map(([what, error]) => [what, safeErrorMessage(error)])),
    };
  }

  /** Tokens of the cluster's roles, and a limited number of orphans: anyone who may write Secrets can create any number of those. */
  async #tokensOf(
    key: ObjectKey,
    roles: readonly NatsServiceRoleObject[],
    desired: ReadonlySet<string | undefined>,
  ): Promise<ObservedRoles['tokens']> {
    const uids = new Set(roles.map(({ metadata }) => metadata?.uid));
    const all = await this.indexes.tokens.of(key, ({ roleUid }) => desired.has(roleUid));
    const orphans = all.filter(({ secret }) => !uids.has(secret.roleUid));
    return [...all.filter(({ secret }) => uids.has(secret.roleUid)), ...orphans.slice(0, MAX_ORPHANS)];
  }

  /** One name after the other, so that requests for other clusters are not delayed. */
  async #accountsOf(roles: readonly NatsServiceRoleObject[]): Promise<Account[]> {
    const accounts: Account[] = [];
    for (const { metadata } of roles) accounts.push(...(await this.indexes.accounts.named(metadata?.name ?? '')));
    return accounts;
  }

  #moved({ namespace, name }: RoleCluster, tokens: ObservedRoles['tokens']): ObservedRoles['moved'] {
    const uids = new Map(tokens.map(({ secret }) => [secret.roleUid, secret.role]));
    return new Map(
      [...uids].flatMap(([uid, role]): [string, string][] => {
        const other = this.indexes.roles.clusterOf(namespace, role, uid);
        return other === undefined || other === name ? [] : [[uid, other]];
      }),
    );
  }

  /** Validates a role once, because that takes longer than everything else. */
  #problemsOf(role: NatsServiceRoleObject): readonly Problem[] {
    const known = this.#problems.get(role);
    if (known !== undefined) return known;
    const { problems } = validateServiceRole(role);
    this.#problems.set(role, problems);
    return problems;
  }
}
