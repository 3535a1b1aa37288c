import type { SubjectRules } from '../../generated/nats-service-role';
import type { AuthModel } from '../model/auth-model';
import type { NatsUser, UserPermissions } from '../model/nats-user';
import { INCLUDE, type ConfBlock, type ConfValue } from './conf';

/** The block `authorization`: which clients may connect, and what they may do; undefined where everybody may do everything. */
export function authorizationBlock({
  users,
  token,
  defaultPermissions,
  timeout,
  include,
}: AuthModel): ConfBlock | undefined {
  if (users === undefined && token === undefined && timeout === undefined && include === undefined) return undefined;
  return {
    ...(include === undefined ? {} : { [INCLUDE]: [include] }),
    timeout,
    token,
    default_permissions: defaultPermissions && permissionsBlock(defaultPermissions),
    users: users?.map(userBlock),
  };
}

function userBlock({ username, password, nkey, permissions, connectionTypes }: NatsUser): ConfBlock {
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
    publish: publish && rules(publish),
    subscribe: subscribe && rules(subscribe),
    allow_responses: typeof allowResponses === 'object' ? { ...allowResponses } : allowResponses,
  };
}

const rules = (subjects: SubjectRules): ConfValue =>
  Array.isArray(subjects) ? subjects : { allow: subjects.allow, deny: subjects.deny };
