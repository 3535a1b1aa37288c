import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import type { Conf } from '../../src/nats/conf/conf';
import { healthProblem } from '../../src/nats-cluster/monitoring/server-health';
import { JETSTREAM_READINESS } from '../../src/nats-cluster/resources/probes';
import { waitFor } from '../cluster/support/wait-for';
import { describeNats } from './support/describe-nats';
import type { RunningServer } from './support/running-server';
import { confOf } from './support/secured-server';
import { Servers } from './support/servers';
import { supportedVersions } from './support/versions';

async function answer({ monitor }: RunningServer, path: string): Promise<{ status: number; body: unknown }> {
  const { statusCode, body } = await request(new URL(path, monitor));
  return { status: statusCode, body: await body.json() };
}

describeNats.each(supportedVersions)('nats-server %s with JetStream', version => {
  const servers = new Servers(version);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-operator-jetstream-'));
  });
  afterEach(async () => {
    await servers.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const confOfSize = (size: number): Conf => ({
    ...confOf(version, { size, natsConfig: { extra: { jetstream: { store_dir: folder } } } }),
    server_name: 'c-1',
  });

  test('serves it where it is alone', async () => {
    const server = await servers.start(confOfSize(1));
    await waitFor(async () => (await answer(server, '/healthz')).status === 200, { what: 'JetStream' });
  }, 60_000);

  test('is ready for clients while it waits for the others, and says what it waits for', async () => {
    const server = await servers.start(confOfSize(3));
    await waitFor(async () => (await answer(server, JETSTREAM_READINESS)).status === 200, { what: 'the server' });
    expect(healthProblem('/healthz', await answer(server, '/healthz'))).toMatch(/^\/healthz answers 503: .*JetStream/);
  }, 60_000);
});
