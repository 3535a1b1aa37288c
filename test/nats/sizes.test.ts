import { request } from 'undici';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsClusterSpec } from '../../generated/nats-cluster';
import { natsConf } from '../../src/nats-cluster/config/nats-conf';
import { printConf } from '../../src/nats/conf/print';
import { resolveCluster } from '../../src/nats-cluster/spec/resolve-cluster';
import { validateCluster } from '../../src/nats-cluster/validation/validate-cluster';
import { describeNats } from './support/describe-nats';
import { withServer } from './support/nats-server';
import { supportedVersions } from './support/versions';

const MEBIBYTE = 1024 ** 2;

describeNats.each(supportedVersions)('nats-server %s', version => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nats-operator-sizes-'));
  });

  afterAll(async () => rm(folder, { recursive: true }));

  test.each([
    ['128MB', 128 * MEBIBYTE],
    ['128M', 128 * MEBIBYTE],
    ['1Gi', 1024 * MEBIBYTE],
    ['2TB', 2 * 1024 ** 2 * MEBIBYTE],
    ['1.5gb', 1536 * MEBIBYTE],
    ['1048576', MEBIBYTE],
    [3 * MEBIBYTE, 3 * MEBIBYTE],
  ])('reads the size %s as it is meant', async (size, bytes) => {
    const extra = {
      logfile_size_limit: size,
      jetstream: { store_dir: folder, max_file_store: size, Max_Mem: size, max_outstanding_catchup: '64MB' },
    };
    const spec: NatsClusterSpec = {
      // Alone it would have no cluster block, and here every server is given a port for routes.
      ...{ version, size: 3, natsConfig: { extra } },
      pod: { volumeMounts: [{ name: 'data', mountPath: folder }] },
      template: { spec: { volumes: [{ name: 'data', emptyDir: {} }] } },
    };
    const metadata = { name: 'c', namespace: 'n' };
    expect(validateCluster({ metadata, spec }).problems).toEqual([]);
    const conf = printConf({ ...natsConf(resolveCluster({ metadata, spec })), server_name: 'c-1' });
    const { config } = await withServer(
      version,
      conf,
      async monitor => (await request(new URL('/jsz', monitor))).body.json() as Promise<{ config: object }>,
    );
    expect(config).toMatchObject({ max_storage: bytes, max_memory: bytes });
  });
});
