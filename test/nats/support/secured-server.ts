import { connect, type ConnectionOptions } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/nats-core/internal';
import { Agent, request } from 'undici';
import type { NatsClusterSpec } from '../../../generated/nats-cluster';
import type { Conf } from '../../../src/nats/conf/conf';
import { natsConf } from '../../../src/nats-cluster/config/nats-conf';
import { resolveCluster } from '../../../src/nats-cluster/spec/resolve-cluster';
import { validateSecrets } from '../../../src/nats-cluster/secrets/validate-secrets';
import { secretOf } from '../../fixtures/secret';
import type { RunningServer } from './running-server';

/**
 * nats.conf of a spec, whose Secrets are reviewed as in the operator.
 *
 * @param systemUserKey the public nkey of the operator's own user
 */
export function confOf(
  version: string,
  spec: NatsClusterSpec,
  secrets: Record<string, Record<string, string>> = {},
  systemUserKey?: string,
): Conf {
  const cluster = { metadata: { name: 'c', namespace: 'n' }, spec: { version, size: 1, ...spec } };
  const contents = new Map(Object.entries({ tls: {}, ...secrets }).map(([name, texts]) => [name, secretOf(texts)]));
  const { facts, problems } = validateSecrets({ name: 'c', namespace: 'n', spec: cluster.spec }, contents, new Date());
  expect(problems).toEqual([]);
  return natsConf(resolveCluster(cluster, { ...facts, ...(systemUserKey === undefined ? {} : { systemUserKey }) }));
}

/** A client of exactly that server. */
export const login = async (server: RunningServer, options: ConnectionOptions = {}): Promise<NatsConnection> =>
  connect({ servers: server.client, reconnect: false, ignoreClusterUpdates: true, timeout: 5_000, ...options });

/** What the server's monitor says. */
export async function ask<T>({ monitor }: RunningServer, path: string): Promise<T> {
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  const { body } = await request(new URL(path, monitor), { dispatcher });
  return (await body.json()) as T;
}
