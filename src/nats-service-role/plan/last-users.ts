import { isBlock, isList, type ConfValue } from '../../nats/conf/conf';
import { CURRENT_CONFIG_KEY } from '../../nats-cluster/config/config-revisions';
import { parseConf } from '../../nats/conf/parse';
import { tokenAudience } from '../bound-token';
import { findChild } from '../../nats-cluster/child';
import { LAST_APPLIED_HASH_ANNOTATION } from '../../nats-cluster/spec/labels';
import { configSecretName, statefulSetName } from '../../nats-cluster/spec/names';
import type { Observed } from '../../nats-cluster/observed';
import type { ServiceUser } from '../../nats-cluster/spec/service-user';
import { readTokenClaims } from '../token-claims';
import { textOf } from '../../nats-cluster/config/config-files';
import { originsOf } from '../../nats-cluster/config/user-sources';
import { permissionsOf } from './last-permissions';

/**
 * The users for ServiceAccounts in the servers' present configuration, which are kept while NatsServiceRoles are
 * unreadable. A cluster without configuration and servers has none.
 *
 * @returns undefined if servers run, but their configuration is unreadable
 */
export function lastServiceUsers({
  cluster,
  children,
}: Pick<Observed, 'cluster' | 'children'>): ServiceUser[] | undefined {
  const { name = '', namespace = '' } = cluster.metadata ?? {};
  const secret = findChild(children, 'Secret', configSecretName(name));
  if (secret === undefined)
    return findChild(children, 'StatefulSet', statefulSetName(name)) === undefined ? [] : undefined;
  const conf = parseConf(textOf(secret, CURRENT_CONFIG_KEY) ?? '');
  if (secret.metadata.annotations?.[LAST_APPLIED_HASH_ANNOTATION] === undefined || conf === undefined) return undefined;
  const { authorization } = conf;
  const users = isBlock(authorization) && isList(authorization.users) ? authorization.users.filter(isBlock) : [];
  const origins = originsOf(users, secret);
  const isRemembered = origins.some(origin => origin !== undefined);
  const audience = tokenAudience(name, namespace);
  const accounts = users.flatMap((user, index): ServiceUser[] => {
    const { username, password } = user;
    if (origins[index] !== undefined || typeof username !== 'string' || typeof password !== 'string') return [];
    const isAccount = isRemembered || isTokenFor(password, audience);
    return isAccount ? [{ username, password, permissions: permissionsOf(user) }] : [];
  });
  return accounts.sort((a, b) => (a.username < b.username ? -1 : 1));
}

/** Whether a password is a token that the API server issued for the cluster of that audience. */
export const isTokenFor = (password: ConfValue | undefined, audience: string): boolean =>
  typeof password === 'string' && (readTokenClaims(password)?.audiences.includes(audience) ?? false);
