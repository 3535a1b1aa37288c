import { join } from 'node:path';
import { projectRoot } from '../../../scripts/image/project-root';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { standAside } from '../../../scripts/operator/deployed-operator';
import { attempt, run } from '../../../scripts/toolchain/command';
import { apply, getObject, kubectl, tryKubectl } from '../support/kubectl';
import { testNamespace } from '../support/test-namespace';
import { waitFor } from '../support/wait-for';

const DEPLOY_MS = 420_000;
const ACCOUNT = '--as=system:serviceaccount:pepr-system:pepr-nats-operator';

const cluster = (name: string, spec: object): string =>
  JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name }, spec });

/** Deploys as `npm run deploy` does. */
async function deploy(...args: string[]): Promise<void> {
  const script = join(projectRoot, 'scripts/deploy.ts');
  await run(process.execPath, [require.resolve('tsx/cli'), script, ...args], { cwd: projectRoot });
}

interface Pods {
  readonly items: readonly {
    readonly spec: { readonly securityContext: { readonly runAsUser: number } };
    readonly status: { readonly containerStatuses: readonly { readonly ready: boolean }[] };
  }[];
}

async function operatorPods(app: string): Promise<Pods['items']> {
  return (await getObject<Pods>(['pods', '-n', 'pepr-system', '-l', `app=${app}`]))?.items ?? [];
}

describe('the operator, deployed by pepr deploy', () => {
  let namespace: { name: string; remove: () => Promise<void> };

  beforeAll(async () => {
    await deploy();
    namespace = await testNamespace('deploy');
  }, DEPLOY_MS);

  afterAll(async () => {
    await namespace.remove();
    // It watches all namespaces, those of other tests' operators too.
    await standAside(clusterOfKubeconfig(), true);
  }, 100_000);

  test('runs as one watcher and two admission replicas, none of them root', async () => {
    const apps = ['pepr-nats-operator', 'pepr-nats-operator-watcher'];
    const pods = await waitFor(
      async () => {
        const [admission = [], watcher = []] = await Promise.all(apps.map(operatorPods));
        return admission.length === 2 && watcher.length === 1 ? [...admission, ...watcher] : undefined;
      },
      { what: 'two admission pods and a watcher, and none of those before them' },
    );
    for (const { spec, status } of pods) {
      expect(spec.securityContext.runAsUser).toBe(65532);
      expect(status.containerStatuses[0]?.ready).toBe(true);
    }
  });

  test('writes size and version into a NatsCluster that has neither, and makes it ready', async () => {
    await apply(cluster('bare', {}), namespace.name);
    const bare = await getObject<{ spec: object }>(['nats', 'bare', '-n', namespace.name]);
    expect(bare?.spec).toMatchObject({ size: 3, version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string });
    await kubectl(['wait', '-n', namespace.name, 'nats/bare', '--for=condition=Ready', '--timeout=120s']);
    await kubectl(['delete', '-n', namespace.name, 'nats/bare']);
    // A right that package.json forgets shows here: not every refused request keeps a cluster from being ready.
    expect(await kubectl(['logs', '-n', 'pepr-system', 'deployment/pepr-nats-operator-watcher'])).not.toMatch(
      /forbidden/i,
    );
  }, 180_000);

  test('refuses a bad spec with every problem and where it is', async () => {
    const bad = cluster('bad', { version: '2.1.9', websocketConfig: {}, natsConfig: { extra: { max_payload: 1024 } } });
    const { ok, stderr } = await tryKubectl(['apply', '-n', namespace.name, '-f', '-'], bad);
    expect(ok).toBe(false);
    expect(stderr).toContain('pepr-nats-operator.pepr.dev');
    expect(stderr).toContain('spec.websocketConfig: needs NATS 2.2 or later, spec.version is 2.1.9');
    expect(stderr).toContain("spec.natsConfig.extra.max_payload: can't be set here (use spec.natsConfig.maxPayload)");
  });

  test.each([
    ['update', 'secrets'],
    ['delete', 'services'],
    ['list', 'configmaps'],
    ['create', 'pods'],
    ['update', 'natsclusters.nats.io'],
    ['patch', 'customresourcedefinitions.apiextensions.k8s.io/natsclusters.nats.io'],
  ])('has no right to %s %s', async (verb, resource) => {
    const { ok, stdout } = await tryKubectl(['auth', 'can-i', verb, resource, ACCOUNT, '-n', namespace.name]);
    expect({ ok, answer: stdout.trim() }).toEqual({ ok: false, answer: 'no' });
  });

  test(
    'is replaced without a moment in which the webhook does not answer',
    async () => {
      const before = await revisions();
      const rolled = deploy('--again');
      const failures = await failuresUntil(rolled, namespace.name);
      await rolled;
      expect(failures).toEqual([]);
      expect(await revisions()).not.toEqual(before);
    },
    DEPLOY_MS,
  );

  test(
    'without its admission pods NatsClusters are refused, in the name of the webhook, and nothing else is',
    async () => {
      await kubectl(['scale', '-n', 'pepr-system', 'deployment/pepr-nats-operator', '--replicas=0']);
      try {
        await waitFor(async () => (await operatorPods('pepr-nats-operator')).length === 0, {
          what: 'no admission pod',
        });
        const { ok, stderr } = await tryKubectl(['apply', '-n', namespace.name, '-f', '-'], cluster('unchecked', {}));
        expect({ ok, stderr }).toEqual({
          ok: false,
          stderr: expect.stringContaining('failed calling webhook "pepr-nats-operator.pepr.dev"') as string,
        });
        await kubectl(['create', 'configmap', 'anything', '-n', namespace.name]);
      } finally {
        await deploy();
      }
    },
    DEPLOY_MS,
  );
});

async function revisions(): Promise<string> {
  return kubectl(['get', 'replicasets', '-n', 'pepr-system', '-o', 'name']);
}

/** Asks the webhook again and again until that has ended, and returns what was said where it did not answer. */
async function failuresUntil(work: Promise<void>, namespace: string): Promise<readonly string[]> {
  const failures: string[] = [];
  const over = new AbortController();
  const ended = work.finally(() => over.abort()).catch(() => undefined);
  while (!over.signal.aborted) {
    const asked = ['create', '--dry-run=server', '-n', namespace, '-f', '-'];
    const { code, stderr } = await attempt('kubectl', asked, { input: cluster('asked', {}) });
    if (code !== 0) failures.push(stderr);
  }
  await ended;
  return failures;
}
