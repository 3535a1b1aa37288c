import { kstatusOf, type StatusHolder } from '../../fixtures/kstatus';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { installDefinitions, makeNamespace, storedForm } from './definitions';

const namespace = 'crd-stored';
const apiVersion = 'nats.io/v1alpha2';

describeWithApi('a NatsCluster in the API', () => {
  beforeAll(async () => {
    await installDefinitions();
    await makeNamespace(namespace);
  });

  test('without a spec gets the constant defaults, but neither size nor version', async () => {
    const { spec } = await storedForm<Stored>(cluster('plain'));
    expect(spec).toEqual({
      serverImage: 'nats',
      useServerName: false,
      paused: false,
      lameDuckDurationSeconds: 30,
      noAdvertise: false,
      hibernate: false,
    });
  });

  test('that no operator has seen is not ready, to kubectl wait as to kstatus', async () => {
    const object = await storedForm<StatusHolder>(cluster('unseen'));
    expect(object.status?.conditions).toMatchObject([{ type: 'Ready', status: 'Unknown', reason: 'Pending' }]);
    expect(kstatusOf(object)).toBe('InProgress');
  });

  test('gets the defaults of an object only where the object is there', async () => {
    const { spec } = await storedForm<Stored>(cluster('ported', { gatewayConfig: { name: 'east' } }));
    expect(spec.gatewayConfig).toEqual({ name: 'east', hostPort: 7222, rejectUnknown: false });
    expect(spec).not.toHaveProperty('websocketConfig');
  });

  test('keeps the options of natsConfig.extra, whatever they are', async () => {
    const extra = { ping_interval: '30s', mqtt: { port: 1883, tags: ['a', 1, true] } };
    const { spec } = await storedForm<Stored>(cluster('extra', { natsConfig: { extra } }));
    expect(spec.natsConfig).toMatchObject({ extra });
  });

  test('keeps what a pod template says, with the default that a port needs to be a key', async () => {
    const container = {
      name: 'nats',
      resources: { limits: { cpu: 1, memory: '1Gi' } },
      ports: [{ containerPort: 9000 }],
    };
    const metadata = { labels: { a: 'b' }, annotations: { c: 'd' } };
    const { spec } = await storedForm<Stored>(
      cluster('shaped', { template: { metadata, spec: { containers: [container] } } }),
    );
    const ports = [{ containerPort: 9000, protocol: 'TCP' }];
    expect(spec.template).toEqual({ metadata, spec: { containers: [{ ...container, ports }] } });
  });

  test('is scaled by kubectl within the bounds of its size, and no further', async () => {
    await create(cluster('scaled', { size: 3 }));
    await kubectl(['scale', '-n', namespace, 'nats/scaled', '--replicas=5']);
    expect(await kubectl(['get', '-n', namespace, 'nats/scaled', '-o', 'jsonpath={.spec.size}'])).toBe('5');
    for (const [replicas, words] of [
      ['0', 'a NatsCluster has at least one server; to stop all of them for a while, set hibernate to true'],
      ['101', 'spec.size in body should be less than or equal to 100'],
    ] as const) {
      const answer = await tryKubectl(['scale', '-n', namespace, 'nats/scaled', `--replicas=${replicas}`]);
      expect(answer.code).not.toBe(0);
      expect(answer.stderr).toContain(words);
    }
  });

  test('shows what an autoscaler asks for in its scale subresource', async () => {
    await create(cluster('autoscaled', { size: 3 }));
    await patchStatus('autoscaled', { size: 2, selector: 'app=nats,nats_cluster=autoscaled' });
    const path = `/apis/${apiVersion}/namespaces/${namespace}/natsclusters/autoscaled/scale`;
    const scale = JSON.parse(await kubectl(['get', '--raw', path])) as Stored;
    expect(scale.spec).toEqual({ replicas: 3 });
    expect(scale.status).toEqual({ replicas: 2, selector: 'app=nats,nats_cluster=autoscaled' });
  });

  test('is listed with size, ready and updated servers, version, state and age, and among all', async () => {
    await create(cluster('listed', { size: 3 }));
    await patchStatus('listed', { readyReplicas: 2, updatedReplicas: 1, currentVersion: '2.12.1', state: 'Updating' });
    const [heading, row] = (await kubectl(['get', '-n', namespace, 'nats', 'listed'])).split('\n');
    expect(heading?.split(/\s+/)).toEqual(['NAME', 'SIZE', 'READY', 'UPDATED', 'VERSION', 'STATUS', 'AGE']);
    expect(row).toMatch(/^listed\s+3\s+2\s+1\s+2\.12\.1\s+Updating\s+\d+s$/);
    expect(await kubectl(['get', '-n', namespace, 'all'])).toContain('natscluster.nats.io/listed');
  });

  test('has a status that a change of the spec leaves alone, and the other way round', async () => {
    await create(cluster('halves', { size: 3 }));
    await patchStatus('halves', { phase: 'Running' });
    const patch = JSON.stringify({ spec: { size: 1 }, status: { phase: 'Failed' } });
    await kubectl(['patch', '-n', namespace, 'nats/halves', '--type=merge', '-p', patch]);
    const jsonpath = 'jsonpath={.spec.size} {.status.phase} {.metadata.generation}';
    expect(await kubectl(['get', '-n', namespace, 'nats/halves', '-o', jsonpath])).toBe('1 Running 2');
  });
});

interface Stored {
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}

function cluster(name: string, spec?: Record<string, unknown>): string {
  return JSON.stringify({ apiVersion, kind: 'NatsCluster', metadata: { name }, ...(spec && { spec }) });
}

async function create(manifest: string): Promise<void> {
  await kubectl(['create', '-n', namespace, '-f', '-'], manifest);
}

async function patchStatus(name: string, status: Record<string, unknown>): Promise<void> {
  const patch = JSON.stringify({ status });
  await kubectl(['patch', '-n', namespace, `nats/${name}`, '--subresource=status', '--type=merge', '-p', patch]);
}
