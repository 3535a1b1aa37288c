import type { ResolvedAuth } from '../spec/auth';
import type { NatsUser, UserPermissions } from '../../nats/user';
import { INCLUDE, type ConfBlock } from '../../nats/conf/conf';
import { subjectRules } from '../../nats/conf/subject-rules';
import type { ResolvedCredentials } from '../spec/connections';

/** The block `authorization`: which clients may connect, and what they may do; undefined where everybody may do everything. */
export function authorizationBlock({
  users,
  token,
  defaultPermissions,
  timeout,
  include,
}: ResolvedAuth): ConfBlock | undefined {
  if (users === undefined && token === undefined && timeout === undefined && include === undefined) return undefined;
  return {
    ...(include === undefined ? {} : { [INCLUDE]: [include] }),
    timeout,
    token,
    default_permissions: defaultPermissions && permissionsBlock(defaultPermissions),
    users: users?.map(userBlock),
  };
}

/** A user of the list. */
export function userBlock({ username, password, nkey, permissions, connectionTypes }: NatsUser): ConfBlock {
  return {
    username,
    password,
    nkey,
    permissions: permissions && permissionsBlock(permissions),
    allowed_connection_types: connectionTypes,
  };
}

function permissionsBlock({ publish, subscribe, allowResponses }: UserPermissions): ConfBlock {
  return {
    publish: publish && subjectRules(publish),
    subscribe: subscribe && subjectRules(subscribe),
    allow_responses: typeof allowResponses === 'object' ? { ...allowResponses } : allowResponses,
  };
}

/** The block `authorization` of routes or gateways. */
export function credentialsBlock({ username, password, timeout }: ResolvedCredentials): ConfBlock {
  return { username, password, timeout };
}
