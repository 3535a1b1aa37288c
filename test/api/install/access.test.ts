import { installDefinitions, makeNamespace } from '../crd/definitions';
import { waitFor } from '../../cluster/support/wait-for';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';

const HOME = 'access-home';
const ELSEWHERE = 'access-elsewhere';

async function may(account: string, question: string, ...place: string[]): Promise<string> {
  const [home = '', name = ''] = account.split('/');
  const asAccount = `--as=system:serviceaccount:${home}:${name}`;
  return (await tryKubectl(['auth', 'can-i', ...question.split(' '), asAccount, ...place])).stdout.trim();
}

describeWithApi('the manifests, as an API server takes them', () => {
  beforeAll(async () => {
    await installDefinitions();
    await Promise.all([HOME, ELSEWHERE].map(makeNamespace));
    // Of the cluster-wide operator no webhooks: other files of tests use the same API server.
    const files = ['00-crds', '10-prereqs'].map(file => `--filename=deploy/cluster-wide/${file}.yaml`);
    await kubectl(['apply', '--server-side', ...files]);
    await kubectl(['apply', '-n', HOME, '-f', 'deploy/namespaced/10-prereqs.yaml']);
  }, 60_000);

  test('have no field that it does not know, and none of a wrong type', async () => {
    const strictly = ['apply', '--server-side', '--dry-run=server', '--validate=strict', '-f'];
    const { stderr } = await tryKubectl([...strictly, 'deploy/cluster-wide/20-deployment.yaml']);
    expect(stderr).toBe('');
    await kubectl([...strictly, 'deploy/namespaced/20-deployment.yaml', '-n', HOME]);
  });

  test.each([
    'update secrets',
    'delete services',
    'list configmaps',
    'create pods',
    'update natsclusters.nats.io',
    'create natsclusters.nats.io',
    'patch customresourcedefinitions.apiextensions.k8s.io/natsclusters.nats.io',
    'patch mutatingwebhookconfigurations.admissionregistration.k8s.io/another',
    'patch leases.coordination.k8s.io/another',
    'impersonate users',
  ])('give a cluster-wide operator no right to %s', async question => {
    expect(await may('nats-io/nats-operator', question, '-n', ELSEWHERE)).toBe('no');
  });

  test.each([
    'patch mutatingwebhookconfigurations.admissionregistration.k8s.io/nats-operator',
    'create serviceaccounts --subresource=token',
  ])('give it the right to %s', async question => {
    expect(await may('nats-io/nats-operator', question, '-n', ELSEWHERE)).toBe('yes');
  });

  test('let it take a Lease in its own namespace alone', async () => {
    for (const question of ['create leases.coordination.k8s.io', 'patch leases.coordination.k8s.io/nats-operator']) {
      expect(await may('nats-io/nats-operator', question, '-n', 'nats-io')).toBe('yes');
      expect(await may('nats-io/nats-operator', question, '-n', ELSEWHERE)).toBe('no');
    }
  });

  describe('bind it to tokens for NATS clusters', () => {
    const OPERATOR = '--as=system:serviceaccount:nats-io:nats-operator';
    const token = (...options: string[]) => tryKubectl(['create', 'token', 'default', '-n', ELSEWHERE, ...options]);
    const secret = (name: string, type: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace: ELSEWHERE, annotations: { 'kubernetes.io/service-account.name': 'default' } },
      type,
    });
    const create = (object: object) => tryKubectl(['create', '-f', '-', OPERATOR], JSON.stringify(object));

    beforeAll(async () => {
      await tryKubectl(['create', 'serviceaccount', 'default', '-n', ELSEWHERE]);
      // A policy counts some time after it was stored.
      await waitFor(async () => (await token(OPERATOR)).stderr.includes('nats-operator asks for tokens'), {
        what: 'the policy to count',
      });
    }, 60_000);

    test('and no others', async () => {
      expect((await token('--audience=nats://c.n.svc', OPERATOR)).code).toBe(0);
      for (const audience of ['https://kubernetes.default.svc', 'vault', 'x-nats://c']) {
        const refused = await token('--audience=nats://c.n.svc', `--audience=${audience}`, OPERATOR);
        expect(refused.stderr).toContain('whose audiences begin with nats:// alone');
      }
    });

    test('nor by way of a Secret', async () => {
      expect((await create(secret('plain', 'Opaque'))).code).toBe(0);
      const refused = await create(secret('login', 'kubernetes.io/service-account-token'));
      expect(refused.stderr).toContain('nats-operator makes no Secret that is a login to the API server');
    });

    test('and nobody else', async () => {
      expect((await token()).code).toBe(0);
      await kubectl(['create', '-f', '-'], JSON.stringify(secret('theirs', 'kubernetes.io/service-account-token')));
    });

    test('by expressions that the API server finds no fault with', async () => {
      const get = (path: string) =>
        kubectl(['get', 'validatingadmissionpolicy', 'nats-operator-tokens', '-o', `jsonpath={.status.${path}}`]);
      await waitFor(async () => (await get('observedGeneration')) === '1', { what: 'the policy to be checked' });
      expect(await get('typeChecking.expressionWarnings')).toBe('');
    });
  });

  test('let a namespaced operator read Secrets in its namespace, and nowhere else', async () => {
    const account = `${HOME}/nats-operator`;
    expect(await may(account, 'get secrets', '-n', HOME)).toBe('yes');
    expect(await may(account, 'get secrets', '-n', ELSEWHERE)).toBe('no');
    const { stderr } = await tryKubectl(['get', 'secrets', '-A', `--as=system:serviceaccount:${HOME}:nats-operator`]);
    expect(stderr).toContain('forbidden');
  });

  test('give it nothing that belongs to no namespace', async () => {
    const rules = await may(`${HOME}/nats-operator`, '--list', '-n', ELSEWHERE);
    expect(rules).not.toMatch(/nats\.io|secrets|webhook|customresourcedefinitions|peprstores/);
  });
});
