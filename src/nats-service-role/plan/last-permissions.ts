import type { Permissions, SubjectRules } from '../../../generated/nats-service-role';
import { isBlock, isList, type ConfBlock, type ConfValue } from '../../nats/conf/conf';
import { CURRENT_CONFIG_KEY } from '../../nats-cluster/config/config-revisions';
import { parseConf } from '../../nats/conf/parse';
import { textOf, type SecretContent } from '../../kubernetes/secret-content';

/** The permissions of a user in the present configuration; undefined if it has no such user. */
export function lastPermissions(config: SecretContent | undefined, username: string): Permissions | undefined {
  const conf = parseConf((config && textOf(config, CURRENT_CONFIG_KEY)) ?? '');
  const authorization = conf?.authorization;
  const users = isBlock(authorization) && isList(authorization.users) ? authorization.users : [];
  const user = users.filter(isBlock).find(one => one.username === username);
  return user && permissionsOf(user);
}

/** The permissions of a user of a configuration. */
export function permissionsOf(user: ConfBlock): Permissions {
  const permissions = isBlock(user.permissions) ? user.permissions : {};
  const [publish, subscribe] = [toRules(permissions.publish), toRules(permissions.subscribe)];
  return { ...(publish && { publish }), ...(subscribe && { subscribe }) };
}

function toRules(value: ConfValue | undefined): SubjectRules | undefined {
  if (isList(value)) return texts(value);
  if (!isBlock(value)) return undefined;
  const { allow, deny } = value;
  return { ...(isList(allow) ? { allow: texts(allow) } : {}), ...(isList(deny) ? { deny: texts(deny) } : {}) };
}

const texts = (list: readonly ConfValue[]): string[] => list.filter(item => typeof item === 'string');
