import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { V1Pod, V1Secret } from '@kubernetes/client-node';
import type { NatsServiceRoleSpec } from '../../../generated/nats-service-role';
import { secretPath } from '../../../src/runtime/api-paths';
import { serviceRolePath } from '../../../src/nats-service-role/controller/role-api';
import { CLUSTERS_ANNOTATION } from '../../../src/nats-cluster/spec/labels';
import type { NatsServiceRoleObject } from '../../../src/nats-service-role/service-role';
import { apply } from './kubectl';
import { api, type Condition } from './objects';
import { waitFor } from './wait-for';

/** What a client logs in with. */
export interface Login {
  readonly user: string;
  readonly pass: string;
}

/** Applies a NatsServiceRole of that spec, for that cluster. */
export async function applyRole(
  namespace: string,
  name: string,
  cluster: string,
  spec: NatsServiceRoleSpec,
): Promise<void> {
  const metadata = { name, labels: { nats_cluster: cluster } };
  await apply(JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsServiceRole', metadata, spec }), namespace);
}

/** @param clusters which of other namespaces it agrees to be a user of, as `<namespace>/<name>` */
export async function makeAccount(namespace: string, name: string, ...clusters: readonly string[]): Promise<void> {
  const annotations = clusters.length === 0 ? {} : { [CLUSTERS_ANNOTATION]: clusters.join(',') };
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } }), namespace);
}

export async function getRole(namespace: string, name: string): Promise<NatsServiceRoleObject | undefined> {
  return (await api.get(serviceRolePath(namespace, name))) as NatsServiceRoleObject | undefined;
}

/** Waits until the condition Ready of a role, about its newest spec, has that reason. */
export async function waitForRole(namespace: string, name: string, reason: string): Promise<NatsServiceRoleObject> {
  return waitFor(
    async () => {
      const role = await getRole(namespace, name);
      const conditions = (role?.status?.conditions ?? []) as Condition[];
      const ready = conditions.find(({ type }) => type === 'Ready');
      const isNew = ready?.observedGeneration === role?.metadata?.generation;
      return isNew && ready?.reason === reason ? role : Promise.reject(new Error(JSON.stringify(conditions)));
    },
    { what: `the role ${namespace}/${name} to be ${reason}` },
  );
}

/** What the condition Ready says to people. */
export function readyMessage(role: NatsServiceRoleObject): string {
  return role.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
}

export async function getSecret(namespace: string, name: string): Promise<V1Secret | undefined> {
  return (await api.get(secretPath(namespace, name))) as V1Secret | undefined;
}

/** Waits for the Secret of a token, another than the one before. */
export async function waitForLogin(namespace: string, name: string, before?: Login): Promise<Login> {
  return waitFor(
    async () => {
      const login = toLogin(await getSecret(namespace, name));
      return login === undefined || login.pass === before?.pass ? undefined : login;
    },
    { what: `a ${before === undefined ? '' : 'new '}token in the Secret ${namespace}/${name}` },
  );
}

function toLogin(secret: V1Secret | undefined): Login | undefined {
  const { username, token } = secret?.data ?? {};
  if (username === undefined || token === undefined) return undefined;
  return { user: Buffer.from(username, 'base64').toString(), pass: Buffer.from(token, 'base64').toString() };
}

/** Connects to exactly that server; rejects with the server's own words. */
export async function logIn(pod: V1Pod, login: Partial<Login>): Promise<NatsConnection> {
  const servers = `${pod.status?.podIP ?? ''}:4222`;
  return connect({ servers, ...login, ignoreClusterUpdates: true, reconnect: false, timeout: 5_000 });
}

/** Waits until the server, whichever it is by then, lets that login in. */
export async function waitUntilAuthorized(server: () => Promise<V1Pod>, login: Partial<Login>): Promise<void> {
  await waitFor(
    async () => {
      await (await logIn(await server(), login)).close();
      return true;
    },
    { what: `${login.user ?? 'anybody'} to be let in` },
  );
}

/** Waits until the server says that it does not know that login. */
export async function waitUntilRejected(server: () => Promise<V1Pod>, login: Partial<Login>): Promise<void> {
  await waitFor(
    async () => {
      try {
        await (await logIn(await server(), login)).close();
        return false;
      } catch (error) {
        if (error instanceof Error && /authorization violation/i.test(error.message)) return true;
        throw error;
      }
    },
    { what: `${login.user ?? 'nobody'} to be refused` },
  );
}
