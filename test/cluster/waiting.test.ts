import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NatsCluster } from '../../generated/kinds';
import { kstatusOf } from '../fixtures/kstatus';
import { helm } from './support/helm';
import { patchSpec } from './support/nats-cluster';
import { getObject } from './support/kubectl';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';

const NAME = 'awaited';

let environment: TestEnvironment;
let chart: string;

beforeAll(async () => {
  chart = await mkdtemp(join(tmpdir(), 'nats-operator-chart-'));
  await mkdir(join(chart, 'templates'));
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: awaited\nversion: 1.0.0\n');
  await writeFile(
    join(chart, 'templates/cluster.yaml'),
    `apiVersion: nats.io/v1alpha2\nkind: NatsCluster\nmetadata: { name: ${NAME} }\nspec: { size: 2, version: {{ .Values.version | quote }} }\n`,
  );
  environment = await setupTestEnvironment('waiting');
}, 120_000);

afterAll(async () => {
  await rm(chart, { recursive: true, force: true });
  await environment.end();
}, 120_000);

const release = async (version: string, timeout: string): Promise<string> =>
  helm(
    'upgrade',
    '--install',
    NAME,
    chart,
    '-n',
    environment.namespace,
    '--set',
    `version=${version}`,
    '--wait',
    `--timeout=${timeout}`,
  );

const cluster = async (): Promise<NatsCluster | undefined> =>
  getObject<NatsCluster>(['natscluster', NAME, '-n', environment.namespace]);

const expectRunning = async (version: string): Promise<void> => {
  const found = await cluster();
  expect(found?.status).toMatchObject({ readyReplicas: 2, currentVersion: version });
  expect(found && kstatusOf(found)).toBe('Current');
};

describe('helm --wait', () => {
  it('returns from an installation when all servers serve', async () => {
    await release('2.14.9', '3m');
    await expectRunning('2.14.9');
  }, 200_000);

  it('returns from an upgrade when all servers run it', async () => {
    await release('2.15.2', '3m');
    await expectRunning('2.15.2');
  }, 200_000);

  it('fails where the upgrade is rolled back', async () => {
    await expect(release('2.13.99', '40s')).rejects.toThrow();
    await release('2.15.2', '3m');
    await expectRunning('2.15.2');
  }, 300_000);
});

describe('kubectl wait', () => {
  it('for Ready returns when all servers run the change that was just made', async () => {
    await patchSpec(environment.namespace, NAME, { version: '2.14.9' });
    await environment.kubectl('wait', '--for=condition=Ready', `nats/${NAME}`, '--timeout=3m');
    await expectRunning('2.14.9');
  }, 200_000);

  it('for Ready returns from scaling down when the last surplus server is gone', async () => {
    await patchSpec(environment.namespace, NAME, { size: 1 });
    await environment.kubectl('wait', '--for=condition=Ready', `nats/${NAME}`, '--timeout=3m');
    expect((await cluster())?.status).toMatchObject({ size: 1, readyReplicas: 1 });
  }, 200_000);
});
