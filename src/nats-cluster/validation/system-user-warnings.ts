import { resolveAuth } from '../spec/auth';
import type { NatsClusterObject } from '../spec/resolve-cluster';
import { resolveSystemUser } from '../spec/system-user';

/**
 * Warns when a cluster without users gets JetStream: with it comes the operator's own user, and a server that has any user rejects credentials that it does not
 * know, which it ignored before.
 *
 * @param old the object before the update; undefined when it is created
 */
export function systemUserWarnings(object: NatsClusterObject, old: NatsClusterObject | undefined): string[] {
  if (!rejectsCredentials(object) || (old !== undefined && rejectsCredentials(old))) return [];
  return [
    'spec.jetstream: servers without users of their own reject clients that send credentials, because they have the user of the operator; clients without credentials connect as before',
  ];
}

function rejectsCredentials({ spec = {} }: NatsClusterObject): boolean {
  const auth = resolveAuth(spec.auth, undefined);
  const hasUser = resolveSystemUser(spec, auth, 'a key')?.kind === 'nkey';
  return hasUser && auth.users === undefined;
}
