import {
  clusterRights,
  leaseRights,
  namespacedRights,
  peprRights,
  storeRights,
  webhookRights,
  wideRights,
  type Right,
} from '../../../scripts/install/rights';
import type { AuditedRequest } from './audit-log';

/** An operator to the API server, and what it is granted. */
export interface GrantedAccount {
  readonly title: string;
  readonly pattern: RegExp;
  readonly rights: readonly Right[];
  /** It may do that in namespaces alone, and not in all of them at once. */
  readonly isNamespaced: boolean;
}

/** All operators of the cluster tier. */
export const accounts: readonly GrantedAccount[] = [
  {
    title: 'the cluster-wide operator',
    pattern: /^system:serviceaccount:nats-io:nats-operator$/,
    rights: [...clusterRights, ...leaseRights, ...wideRights, ...webhookRights, ...storeRights],
    isNamespaced: false,
  },
  {
    title: 'the operator that Pepr deploys',
    pattern: /^system:serviceaccount:pepr-system:pepr-nats-operator$/,
    // And what Pepr grants itself for its store (storeRole in its lib/assets/rbac.ts).
    rights: [...clusterRights, ...leaseRights, ...wideRights, ...peprRights, ...storeRights],
    isNamespaced: false,
  },
  {
    title: 'a namespaced operator',
    pattern: /^system:serviceaccount:test-[^:]+:(nats-operator|test-.+)$/,
    rights: namespacedRights,
    isNamespaced: true,
  },
];

/** Whose request it was; undefined where it was none of an operator's, or about no kind of objects, as /readyz. */
export function accountOf({ user, objectRef }: AuditedRequest): GrantedAccount | undefined {
  return objectRef === undefined ? undefined : accounts.find(({ pattern }) => pattern.test(user.username ?? ''));
}

/** What a request takes, as one would look for it in a Role: `patch apps/statefulsets`. */
export function described(request: AuditedRequest, verb = request.verb): string {
  const { apiGroup = '', name = '' } = request.objectRef ?? {};
  return `${verb} ${apiGroup}/${resourceOf(request)} ${name}`.trim();
}

/** The verbs that a request takes: an apply that makes an object takes the right to create it as well. */
export function verbsOf({ verb, responseStatus }: AuditedRequest): readonly string[] {
  return verb === 'patch' && responseStatus?.code === 201 ? ['patch', 'create'] : [verb];
}

/** Whether it is that right that allows the verb of that request. */
export function allows(right: Right, request: AuditedRequest, verb: string): boolean {
  const { apiGroup = '', name = '' } = request.objectRef ?? {};
  const isNamed = right.names === undefined || right.names.includes(name);
  return right.apiGroup === apiGroup && right.resource === resourceOf(request) && right.verbs.includes(verb) && isNamed;
}

function resourceOf({ objectRef }: AuditedRequest): string {
  return [objectRef?.resource, objectRef?.subresource].filter(part => part !== undefined).join('/');
}
