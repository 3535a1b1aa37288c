import { DEFAULT_VERSION } from '../../../src/nats/server-version';
import { until } from '../../../tools/toolchain/until';
import { badManifest, badSpecs } from '../../fixtures/bad-specs';
import { installDefinitions } from '../crd/definitions';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { ADMITTED, startWebhooks, type Webhooks } from './webhooks';

const refusedByWebhook = badSpecs().filter(({ refusedBy }) => refusedBy === 'webhook');
const heading =
  /^Error from server: error when (?:creating|applying patch)[^:]*: admission webhook "\S+" denied the request: /s;

describeWithApi('admission by the webhooks', () => {
  let webhooks: Webhooks | undefined;

  beforeAll(async () => {
    await installDefinitions();
    await kubectl(['create', 'namespace', ADMITTED]);
    await kubectl(['label', 'namespace', ADMITTED, `${ADMITTED}=yes`]);
    webhooks = await startWebhooks();
  }, 90_000);

  test.each(refusedByWebhook.map(row => [row.name, row] as const))('refuses %s, and says why', async (_name, row) => {
    const { stderr } = await tryKubectl(['create', '--dry-run=server', '-n', ADMITTED, '-f', '-'], badManifest(row));
    const lines = stderr.split('\n').filter(line => line.startsWith('- '));
    expect(lines.map(line => line.slice(2))).toEqual(row.says);
  });

  test('answers with a list that is easy to read', async () => {
    const spec = { natsConfig: { extra: { port: 1 } }, pod: { tolerations: [{ key: 'a', operator: 'Equals' }] } };
    const { stderr } = await tryKubectl(['create', '-n', ADMITTED, '-f', '-'], cluster('bad', spec));
    expect(stderr.replace(heading, '')).toBe(
      [
        '2 validation errors:',
        "- spec.natsConfig.extra.port: can't be set here (the port is fixed, for the Services and probes rely on it)",
        '- spec.pod.tolerations[0].operator: must be one of Exists, Equal, Lt, Gt, got "Equals" (did you mean Equal?)',
        '',
      ].join('\n'),
    );
  });

  test('writes size and version into a new cluster that names neither', async () => {
    await apply(cluster('plain', {}));
    expect(await specOf('plain')).toBe(`3 ${DEFAULT_VERSION}`);
  });

  test.each([['size: 5'], [['a']], [7]])(
    'leaves a spec of a wrong type, %j, to the API server, which refuses it',
    async spec => {
      const manifest = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name: 'mistyped' }, spec };
      const args = ['create', '--dry-run=server', '--validate=false', '-n', ADMITTED, '-f', '-'];
      const { code, stderr } = await tryKubectl(args, JSON.stringify(manifest));
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringContaining('spec in body must be of type object') as string,
      });
    },
  );

  test('leaves a written version as it is', async () => {
    await apply(cluster('written', { size: 1, version: 'v2.10.29' }));
    expect(await specOf('written')).toBe('1 v2.10.29');
  });

  test('keeps version and a scaled size when the same manifest is applied again', async () => {
    await apply(cluster('kept', { version: '2.10.29' }));
    await kubectl(['scale', '-n', ADMITTED, 'nats/kept', '--replicas=5']);
    await apply(cluster('kept', {}));
    expect(await specOf('kept')).toBe('5 2.10.29');
    expect(await apply(cluster('kept', {}))).toContain('unchanged');
  });

  test('keeps version and size under server-side apply, without a change the second time', async () => {
    const args = ['apply', '--server-side', '-n', ADMITTED, '-o', 'jsonpath={.metadata.generation}', '-f', '-'];
    await kubectl(args, cluster('by-server', { version: '2.10.29', paused: true }));
    const generation = await kubectl(args, cluster('by-server', { paused: true }));
    expect(await specOf('by-server')).toBe('3 2.10.29');
    expect(await kubectl(args, cluster('by-server', { paused: true }))).toBe(generation);
  });

  test('warns, and stores, what is out of support', async () => {
    const { code, stderr } = await tryKubectl(
      ['create', '-n', ADMITTED, '-f', '-'],
      cluster('old', { version: '2.1.8' }),
    );
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 0,
      stderr: `Warning: spec.version: NATS 2.1.8 is out of support; the operator is tested with 2.9 and later (use ${DEFAULT_VERSION})`,
    });
  });

  test('warns of a field that does not exist, once for each manifest that is applied', async () => {
    const args = ['apply', '--validate=false', '-n', ADMITTED, '-f', '-'];
    const { code, stderr } = await tryKubectl(args, cluster('tried', { replicas: 5 }));
    expect({ code, stderr: stderr.trim() }).toEqual({
      code: 0,
      stderr: 'Warning: spec.replicas is not a field of a NatsCluster and was dropped (use spec.size)',
    });
    const scaled = await tryKubectl(['scale', '-n', ADMITTED, 'nats/tried', '--replicas=1']);
    expect(scaled).toMatchObject({ code: 0, stderr: '' });
    const patched = await tryKubectl([
      'patch',
      '-n',
      ADMITTED,
      'nats/tried',
      '--type=merge',
      '-p',
      '{"spec":{"paused":true}}',
    ]);
    expect(patched).toMatchObject({ code: 0, stderr: '' });
  });

  test('has nothing against a name that the API server makes up', async () => {
    const manifest = { apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { generateName: 'some-' } };
    const args = ['create', '--dry-run=server', '-n', ADMITTED, '-o', 'name', '-f', '-'];
    expect(await kubectl(args, JSON.stringify({ ...manifest, spec: {} }))).toMatch(/^natscluster\.nats\.io\/some-\w+/);
  });

  test('refuses a role whose subjects are none', async () => {
    const manifest = {
      apiVersion: 'nats.io/v1alpha2',
      kind: 'NatsServiceRole',
      metadata: { name: 'user', labels: { nats_cluster: 'x' } },
      spec: { permissions: { publish: ['a..b'], subscribe: ['>'] } },
    };
    const { stderr } = await tryKubectl(['create', '-n', ADMITTED, '-f', '-'], JSON.stringify(manifest));
    expect(stderr).toContain('- spec.permissions.publish[0]: has an empty token: "a..b"');
  });

  describe('of a bad object that was stored before they were there', () => {
    const namespace = `${ADMITTED}-later`;
    const bad = { version: '2.15.2', size: 1, natsConfig: { extra: { port: 1 } } };

    beforeAll(async () => {
      await kubectl(['create', 'namespace', namespace]);
      await kubectl(['create', '-n', namespace, '-f', '-'], cluster('bad', bad, ['example.com/hold']));
      await kubectl(['label', 'namespace', namespace, `${ADMITTED}=yes`]);
      await expectRefused(['patch', '-n', namespace, 'nats/bad', '--type=merge', '-p', '{"spec":{"size":2}}']);
    });

    test('lets it be labelled without being asked', async () => {
      const answer = await tryKubectl(['label', '-n', namespace, 'nats/bad', 'team=a']);
      expect(answer).toMatchObject({ code: 0, stderr: '' });
    });

    test('lets it be mended', async () => {
      const patch = ['patch', '-n', namespace, 'nats/bad', '--dry-run=server', '--type=json', '-p'];
      await kubectl([...patch, '[{"op":"remove","path":"/spec/natsConfig"}]']);
    });

    test('lets it be deleted, finalizer and all', async () => {
      await kubectl(['delete', '-n', namespace, 'nats/bad', '--wait=false']);
      const patch = JSON.stringify({ metadata: { finalizers: null } });
      await kubectl(['patch', '-n', namespace, 'nats/bad', '--type=merge', '-p', patch]);
      expect(await kubectl(['get', '-n', namespace, 'nats', '-o', 'name'])).toBe('');
    });
  });

  // The last of them, for it ends the webhooks.
  describe('of a NatsCluster of more than a megabyte that was stored before they were there', () => {
    const namespace = `${ADMITTED}-large`;
    const resize = (size: number): string[] => [
      ...['patch', '-n', namespace, 'nats/large', '--type=merge', '-p'],
      JSON.stringify({ spec: { size } }),
    ];

    beforeAll(async () => {
      await kubectl(['create', 'namespace', namespace]);
      await kubectl(['create', '-n', namespace, '-f', '-'], large(250));
      await kubectl(['label', 'namespace', namespace, `${ADMITTED}=yes`]);
      await expectRefused(
        ['create', '-n', namespace, '-f', '-'],
        cluster('port', { natsConfig: { extra: { port: 1 } } }),
      );
    });

    test('lets it be made smaller', async () => {
      const patch = JSON.stringify({
        spec: { operatorConfig: { resolverPreload: null, resolver: 'URL(http://jwt:9090)' } },
      });
      await kubectl(['patch', '-n', namespace, 'nats/large', '--type=merge', '-p', patch, '--dry-run=server']);
    });

    test('refuses another of that size, and says how large it may be', async () => {
      const { code, stderr } = await tryKubectl(['create', '-n', namespace, '-f', '-'], large(250, 'another'));
      const why = expect.stringContaining('as JSON, more than 320 KiB') as string;
      expect({ code, stderr }).toEqual({ code: 1, stderr: why });
    });

    test('lets it be labelled and deleted in the foreground, also while nothing answers', async () => {
      await webhooks?.halt();
      expect((await tryKubectl(resize(4))).code).toBe(1);
      await kubectl(['label', '-n', namespace, 'nats/large', 'team=a']);
      await kubectl(['delete', '-n', namespace, 'nats/large', '--cascade=foreground', '--timeout=20s']);
    });
  });
});

function large(accounts: number, name = 'large'): string {
  const jwt = `${'a'.repeat(4500)}.b.c`;
  const names = Array.from({ length: accounts }, (_, index) => `A${String(index).padStart(55, 'B')}`);
  const resolverPreload = Object.fromEntries(names.map(account => [account, jwt]));
  return cluster(name, {
    ...{ size: 3, version: DEFAULT_VERSION },
    operatorConfig: { secret: 'jwt', resolver: 'MEMORY', resolverPreload },
  });
}

function cluster(name: string, spec: Record<string, unknown>, finalizers?: string[]): string {
  const metadata = { name, ...(finalizers && { finalizers }) };
  return JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata, spec });
}

async function apply(manifest: string): Promise<string> {
  return kubectl(['apply', '-n', ADMITTED, '-f', '-'], manifest);
}

async function specOf(name: string): Promise<string> {
  return kubectl(['get', '-n', ADMITTED, `nats/${name}`, '-o', 'jsonpath={.spec.size} {.spec.version}']);
}

/** A namespace's new label reaches the API server's webhooks a moment later; until then nothing is refused. */
async function expectRefused(args: readonly string[], input?: string): Promise<void> {
  const isRefused = async (): Promise<boolean> => (await tryKubectl([...args, '--dry-run=server'], input)).code !== 0;
  expect(await until(isRefused, 20_000)).toBe(true);
}
