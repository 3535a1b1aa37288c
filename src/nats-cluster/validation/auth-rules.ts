import type { Problem } from '../../schema/problem';
import type { ReviewedCluster } from './rule';
import { authSecrets, tlsSecrets, type NamedSecret } from '../secrets/named-secrets';
import { configSecretName, systemUserSecretName } from '../spec/names';

/** An included file brings its own list of users, and a server keeps only one list. */
export function usersComeFromOnePlace({ spec: { auth = {} } }: ReviewedCluster): Problem[] {
  if (!auth.clientsAuthFile) return [];
  const other = [
    ...(auth.clientsAuthSecret ? ['clientsAuthSecret'] : []),
    ...(auth.enableServiceAccounts ? ['enableServiceAccounts'] : []),
  ];
  return other.map(field => ({
    path: 'spec.auth.clientsAuthFile',
    message: `is mutually exclusive with spec.auth.${field}: a server has only one list of users`,
    hint: 'put the users of the file into the Secret that spec.auth.clientsAuthSecret names',
  }));
}

/** Warns where changed roles would have to wait for a restart. */
export function rolesReachServers({ spec: { auth = {}, pod = {} } }: ReviewedCluster): Problem[] {
  if (!auth.enableServiceAccounts || pod.enableConfigReload) return [];
  return [
    {
      path: 'spec.auth.enableServiceAccounts',
      message: 'servers load changed roles and tokens only when they are replaced',
      hint: 'set spec.pod.enableConfigReload',
    },
  ];
}

/** Warns of an authentication timeout without authentication. */
export function timeoutsAreUsed({ spec: { auth = {} } }: ReviewedCluster): Problem[] {
  const idle: [unknown, unknown, string, string][] = [
    [auth.clusterAuthTimeout, auth.clusterAuthSecret, 'clusterAuthTimeout', 'clusterAuthSecret'],
    [auth.gatewayAuthTimeout, auth.gatewayAuthSecret, 'gatewayAuthTimeout', 'gatewayAuthSecret'],
    [
      auth.serviceAccountTokenTTLSeconds,
      auth.enableServiceAccounts,
      'serviceAccountTokenTTLSeconds',
      'enableServiceAccounts',
    ],
  ];
  return idle.flatMap(([value, needed, field, needs]) =>
    value && !needed
      ? [
          {
            path: `spec.auth.${field}`,
            message: `has no effect without spec.auth.${needs}`,
            hint: `set spec.auth.${needs}`,
          },
        ]
      : [],
  );
}

/** No Secret that a user is to bring has the name of one that the operator makes: whichever comes first keeps the other from being made. */
export function secretsAreTheUsers({ name, spec }: ReviewedCluster): Problem[] {
  const taken = new Map([
    [configSecretName(name), 'nats.conf'],
    ...(spec.jetstream === undefined ? [] : [[systemUserSecretName(name), "the operator's own user"] as const]),
  ]);
  const all = [...tlsSecrets(spec), ...authSecrets(spec), ...pullSecrets(spec)];
  return all
    .filter(secret => taken.has(secret.name))
    .map(({ path, name: own }) => ({
      path,
      message: `${own} is the name of the Secret with ${taken.get(own) ?? ''}, which the operator creates itself`,
      hint: 'give your Secret another name',
    }));
}

/** A volume may well name it: then nats.conf is what it shows. */
const pullSecrets = ({ template }: ReviewedCluster['spec']): Pick<NamedSecret, 'name' | 'path'>[] =>
  (template?.spec?.imagePullSecrets ?? []).flatMap(({ name }, index) =>
    name ? [{ name, path: `spec.template.spec.imagePullSecrets[${index}].name` }] : [],
  );
