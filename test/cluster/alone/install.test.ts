import type { V1Deployment, V1Pod } from '@kubernetes/client-node';
import { applyCrds } from '../../../scripts/operator/apply-crds';
import { clusterOfKubeconfig } from '../../../scripts/operator/cluster-access';
import { deployOperator } from '../../../scripts/operator/deploy-operator';
import { standAside } from '../../../scripts/operator/deployed-operator';
import { deleteManifests } from '../../../scripts/operator/manifests';
import { removeByPepr } from '../../../scripts/operator/pepr-deployment';
import { byManifests } from '../../../scripts/operator/ways';
import { localTarget } from '../../../scripts/start/local-target';
import { DEFAULT_VERSION } from '../../../src/nats/server-version';
import { rejectionOfValid, rejectionOfInvalid } from '../support/admission';
import { startCertManager } from '../support/cert-manager';
import { deleteOnePod, renewCertificate } from '../support/webhook-disruptions';
import { waitForCondition } from '../support/conditions';
import { deployedBy, removeOperator, type DeployedBy } from '../support/deployed-operator';
import { applyExample } from '../support/example';
import { FailoverProbe, leader } from '../support/failover-probe';
import { chart, helm, helmUninstall, imageValues } from '../support/helm';
import { expectNoSecretsLeaked } from '../support/expect-no-secrets-leaked';
import { expectManaged } from '../support/expect-managed';
import { getObject, kubectl, tryKubectl } from '../support/kubectl';
import { isLocalCluster } from '../support/is-local-cluster';
import { remainingObjects, ownersOf } from '../support/remaining-objects';
import { applyCluster, waitUntilSettled } from '../support/nats-cluster';
import { npmStart } from '../support/npm-start';
import { newerChart, olderChart } from '../support/chart-versions';
import { SecretCollector } from '../support/secret-collector';
import { signalProcess } from '../support/server-process';
import { AdmissionLoad } from '../support/admission-load';
import { atEnd } from '../support/tear-down';
import { testNamespace, type TestNamespace } from '../support/test-namespace';
import { expectPodsUnchanged } from '../support/expect-pods-unchanged';
import { waitFor } from '../support/wait-for';

const HOME = 'nats-io';
const RELEASE = ['nats-operator', '-n', HOME];
const STEP_MS = 240_000;
const OWN_CRDS = ['natsclusters.nats.io', 'natsserviceroles.nats.io'];
const CRD = ['crd', 'natsclusters.nats.io'];
/** Where the CRDs are there already, by another hand. */
const TAKING = ['--take-ownership', '--force-conflicts'];

const access = clusterOfKubeconfig();
let image: string;
let namespace: TestNamespace;
let servers: V1Pod[];
/** What helm has to be told on the way in. */
let atFirst: readonly string[];

beforeAll(async () => {
  const found = await deployedBy(access);
  if (found === 'helm' && !isLocalCluster())
    throw new Error(`the operator in ${HOME} is a release of helm, whose values would be lost: uninstall it first`);
  image = await (await localTarget()).provideImage();
  atEnd(async () => restore(found));
  await removeOperator(access);
  atFirst = (await forget()) ? [] : TAKING;
  namespace = await testNamespace('install');
}, STEP_MS);

/** Whoever develops finds the operator as it was, and the kinds; it still stands aside for other tests. */
async function restore(found: DeployedBy): Promise<void> {
  await removeOperator(access);
  await tryKubectl(['label', 'namespace', HOME, 'pod-security.kubernetes.io/enforce-']);
  if (found === 'manifests' || found === 'pepr') await deployOperator(access, image, { pepr: found === 'pepr' });
  else await applyCrds(access);
  await standAside(access);
}

const operator = async (): Promise<V1Deployment | undefined> =>
  getObject<V1Deployment>(['deployment', 'nats-operator', '-n', HOME]);

/** As on a cluster that has never seen Pepr: whoever comes brings it. */
async function removeStore(): Promise<void> {
  await kubectl(['delete', 'crd', 'peprstores.pepr.dev', '--ignore-not-found']);
}

/** Makes the cluster one that has never seen us. @returns false where somebody has NatsClusters, which would go with their kinds */
async function forget(): Promise<boolean> {
  await removeStore();
  // A kind that is deleted while the API server still prepares its storage, as just after it was applied, can stay for minutes.
  for (const crd of OWN_CRDS) await waitFor(async () => isServedOrGone(crd), { what: `${crd} to be served` });
  const isEmpty = (await tryKubectl(['get', 'natsclusters', '-A', '-o', 'name'])).stdout.trim() === '';
  if (isEmpty) await kubectl(['delete', 'crd', ...OWN_CRDS, '--ignore-not-found']);
  // Elsewhere other modules of Pepr may live in its namespace.
  if (isLocalCluster()) await kubectl(['delete', 'namespace', HOME, 'pepr-system', '--ignore-not-found']);
  return isEmpty;
}

async function isServedOrGone(kind: string): Promise<boolean> {
  const { ok, stderr } = await tryKubectl(['get', kind, '-A', '-o', 'name']);
  return ok || stderr.includes("doesn't have a resource type");
}

/** The namespace in which its pods have to be restricted. */
async function applyHome(): Promise<void> {
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: HOME, labels } };
  await kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], JSON.stringify(home));
}

const flags = async (): Promise<readonly string[]> =>
  (await operator())?.spec?.template.spec?.containers[0]?.args ?? [];

const columns = async (): Promise<string> =>
  kubectl([
    'get',
    'crd',
    'natsclusters.nats.io',
    '-o',
    'jsonpath={.spec.versions[0].additionalPrinterColumns[*].name}',
  ]);

/** What docs/install.md says that is left when the operator has been uninstalled, with cert-manager; the garbage collector takes a moment. */
async function expectLeft(): Promise<true> {
  expect(await remainingObjects()).toEqual([
    'Lease nats-operator',
    'PeprStore pepr-nats-operator-schedule',
    'PeprStore pepr-nats-operator-store',
    'Secret nats-operator-webhook-tls',
  ]);
  return true;
}

/** What the API server trusts when it asks the webhooks, in base64. */
async function trusted(): Promise<readonly string[]> {
  const kinds = ['mutatingwebhookconfiguration', 'validatingwebhookconfiguration'];
  const form = 'jsonpath={.webhooks[0].clientConfig.caBundle}';
  return Promise.all(kinds.map(async kind => kubectl(['get', kind, 'nats-operator', '-o', form])));
}

/** A mistake that only the webhook sees is refused, with the field and the likely one. */
async function expectMistakesRefused(): Promise<void> {
  expect(await rejectionOfInvalid(namespace.name)).toMatch(/denied the request: .*\n?.*ping_intervall.*ping_interval/s);
}

const values = (): string => `--set=${imageValues(image)}`;

describe('installed by helm', () => {
  test(
    'on a cluster that has never seen it, in a namespace where pods have to be restricted, it makes the example ready and refuses mistakes',
    async () => {
      await applyHome();
      await helm('install', ...RELEASE, await olderChart(), values(), ...atFirst, '--wait', '--timeout=3m');
      await applyExample(namespace.name, 'nats-cluster');
      servers = await waitUntilSettled(namespace.name, 'example', 3, 120_000);
      await expectMistakesRefused();
    },
    STEP_MS,
  );

  test(
    'a manifest with neither size nor version gets both, and is made ready',
    async () => {
      await applyExample(namespace.name, 'minimal');
      const form = 'jsonpath={.spec.size} {.spec.version}';
      expect(await kubectl(['get', 'nats', 'minimal', '-n', namespace.name, '-o', form])).toBe(`3 ${DEFAULT_VERSION}`);
      await waitUntilSettled(namespace.name, 'minimal', 3, 120_000);
      await kubectl(['delete', 'nats', 'minimal', '-n', namespace.name]);
    },
    STEP_MS,
  );

  test(
    'a renewed certificate, a deleted pod and an upgrade fail no request to the webhook; the CRDs are upgraded as well',
    async () => {
      expect(await columns()).not.toContain('Status');
      const admission = new AdmissionLoad(namespace.name);
      atEnd(async () => admission.end());
      await renewCertificate();
      await deleteOnePod();
      await helm('upgrade', ...RELEASE, chart, values(), '--set=logLevel=debug', '--wait', '--timeout=3m');
      expect(await admission.end()).toEqual([]);
      expect(admission.answered).toBeGreaterThan(100);
      expect(await flags()).toContain('--log-level=debug');
      expect(await columns()).toContain('Status');
    },
    STEP_MS,
  );

  test(
    'its own tests find somebody in charge, and a webhook that refuses mistakes',
    async () => {
      await helm('test', ...RELEASE, '--timeout=2m');
    },
    STEP_MS,
  );

  test(
    'it is rolled back',
    async () => {
      await helm('rollback', ...RELEASE, '1', '--wait', '--timeout=3m');
      expect(await flags()).toContain('--log-level=info');
      await expectManaged(servers, 'example', 'rolled-back');
    },
    STEP_MS,
  );

  test(
    'the pod in charge is deleted: another goes on within five seconds',
    async () => {
      const handover = await FailoverProbe.begin(namespace.name, 'example');
      const name = handover.former.metadata?.name ?? '';
      const remove = async () => kubectl(['delete', 'pod', name, '-n', HOME, '--wait=false']);
      expect(await handover.takenOverAfter(remove)).toBeLessThan(5_000);
      expect(await handover.end()).toEqual([name, expect.any(String)]);
      await expectPodsUnchanged(servers);
    },
    STEP_MS,
  );

  test(
    'the pod in charge hangs, as if its node were lost: another goes on within twenty seconds, and alone when it comes back',
    async () => {
      const handover = await FailoverProbe.begin(namespace.name, 'example');
      const signal = async (name: NodeJS.Signals) => signalProcess(handover.former, 'nats-operator.cjs', name);
      expect(await handover.takenOverAfter(async () => signal('SIGSTOP'))).toBeLessThan(20_000);
      await signal('SIGCONT');
      expect(await handover.end()).toEqual([handover.former.metadata?.name, expect.any(String)]);
      await expectPodsUnchanged(servers);
    },
    STEP_MS,
  );

  test(
    'where it lives, a NatsCluster is not admitted, and its status says so',
    async () => {
      await applyCluster(HOME, 'exempt', { paused: true, natsConfig: { extra: { ping_intervall: '30s' } } });
      await waitForCondition(HOME, 'exempt', 'SpecValid', 'False', /ping_intervall/);
      await applyCluster(HOME, 'exempt', { paused: true, size: 1, version: DEFAULT_VERSION });
      await waitForCondition(HOME, 'exempt', 'SpecValid', 'True', /the webhooks exclude this namespace/);
      await kubectl(['delete', 'nats', 'exempt', '-n', HOME]);
    },
    STEP_MS,
  );

  test(
    'its metrics tell of the cluster, of its work and of its certificate',
    async () => {
      const { metadata } = await waitFor(leader, { what: 'a pod to be in charge' });
      const pod = `/api/v1/namespaces/${HOME}/pods/${metadata?.name}`;
      const [metrics, webhookMetrics] = await Promise.all(
        [8080, 8081].map(async port => kubectl(['get', '--raw', `${pod}:${port}/proxy/metrics`])),
      );
      const valueOf = (name: string, text = metrics): number =>
        Number(
          text
            ?.split('\n')
            .find(line => line.startsWith(`nats_operator_${name} `))
            ?.split(' ')[1],
        );
      expect(valueOf('leader')).toBe(1);
      expect(valueOf('clusters{phase="Running"}')).toBeGreaterThan(0);
      expect(valueOf('reconciles_total{result="success"}')).toBeGreaterThan(0);
      expect(valueOf('reconcile_duration_seconds_count')).toBeGreaterThan(0);
      expect(valueOf('queue_depth')).toBeGreaterThanOrEqual(0);
      expect(valueOf('api_requests_total{verb="patch",code="200"}')).toBeGreaterThan(0);
      const days =
        (valueOf('webhook_certificate_expiry_timestamp_seconds', webhookMetrics) - Date.now() / 1000) / 86_400;
      expect(days).toBeGreaterThan(80);
    },
    STEP_MS,
  );

  test(
    'no key and no token is in its log, nor in anything else that people may read',
    async () => {
      const log = await kubectl(['logs', '-n', HOME, '-l', byManifests.selector, '--all-containers', '--tail=-1']);
      expect(log).toContain('"This pod is the leader');
      for (const line of log.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('time');
      await expectNoSecretsLeaked(await new SecretCollector([HOME]).all(), [HOME, namespace.name], log);
    },
    STEP_MS,
  );

  test(
    'without its pods NatsClusters are refused, in the name of the webhook; nothing else is, and nothing where it lives',
    async () => {
      await kubectl(['scale', '-n', HOME, 'deployment/nats-operator', '--replicas=0']);
      await waitFor(async () => (await rejectionOfValid(namespace.name)) !== '', {
        what: 'nobody to answer the webhook',
      });
      expect(await rejectionOfValid(namespace.name)).toContain('failed calling webhook "nats-operator.nats.io"');
      await kubectl(['create', 'configmap', 'anything', '-n', namespace.name]);
      expect(await rejectionOfValid(HOME)).toBe('');
      expect(await rejectionOfValid('kube-system')).toBe('');
      await expect(helm('test', ...RELEASE, '--timeout=5s')).rejects.toThrow();
      await waitFor(async () => (await getObject(['pod', 'nats-operator-test', '-n', HOME])) === undefined, {
        what: 'the pod of the failed test to be gone',
      });
    },
    STEP_MS,
  );

  test(
    'it is uninstalled; the kinds, the servers and the namespaces stay',
    async () => {
      await helmUninstall(HOME);
      expect(await operator()).toBeUndefined();
      expect(await rejectionOfValid(namespace.name)).toBe('');
      await kubectl(['get', 'crd', 'natsclusters.nats.io', 'natsserviceroles.nats.io', 'peprstores.pepr.dev']);
      await kubectl(['get', 'namespace', 'pepr-system', HOME]);
      await expectPodsUnchanged(servers);
    },
    STEP_MS,
  );
});

test(
  'npm start asks before it writes to a cluster of somebody, and without an answer writes nothing',
  async () => {
    const { code, stdout, stderr } = await npmStart(namespace.name, '--image', image);
    expect(code).toBe(1);
    expect(stdout).toContain('this will write:\n  the CRDs natsclusters.nats.io');
    expect(stderr).toContain('there is no terminal to ask at; say --yes to agree beforehand');
    expect(await operator()).toBeUndefined();
  },
  STEP_MS,
);

/** It applies the manifests of deploy/, and then the example. */
async function startByKubectl(): Promise<void> {
  await removeStore();
  const { code, stderr } = await npmStart(namespace.name, '--image', image, '--yes');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/published at .*Done, in context/s) as string,
  });
}

async function deployByPepr(): Promise<void> {
  await deleteManifests(access, 'cluster-wide');
  await removeStore();
  await deployOperator(access, image, { pepr: true });
}

describe.each([
  { way: 'kubectl apply', bring: startByKubectl, remove: async () => deleteManifests(access, 'cluster-wide') },
  { way: 'pepr deploy', bring: deployByPepr, remove: async () => removeByPepr(access) },
])('installed by $way', ({ way, bring, remove }) => {
  test(
    'it takes over what another operator has left, without a restart, and refuses mistakes',
    async () => {
      await bring();
      await expectManaged(servers, 'example', way.replace(' ', '-'));
      await expectMistakesRefused();
    },
    STEP_MS,
  );

  test(
    'it makes the example ready on a cluster that has never seen it, and refuses mistakes',
    async () => {
      await namespace.remove();
      await remove();
      await forget();
      await deployOperator(access, image, { pepr: way === 'pepr deploy' });
      namespace = await testNamespace('install');
      await applyExample(namespace.name, 'nats-cluster');
      servers = await waitUntilSettled(namespace.name, 'example', 3, 120_000);
      await expectMistakesRefused();
    },
    STEP_MS,
  );
});

describe('installed by helm again, with a certificate of cert-manager', () => {
  beforeAll(async () => {
    await startCertManager(HOME);
    // Without cert-manager's CRDs Helm would not find what to remove.
    atEnd(async () => helmUninstall(HOME));
  }, STEP_MS);

  test(
    'it takes over as well, and the API server trusts whom cert-manager does',
    async () => {
      await removeByPepr(access);
      await applyHome();
      const set = `${values()},certManager.enabled=true`;
      await helm('install', ...RELEASE, chart, set, ...TAKING, '--wait', '--timeout=3m');
      await expectManaged(servers, 'example', 'helm-again');
      await expectMistakesRefused();
      const issued = await kubectl([
        'get',
        'secret',
        '-n',
        HOME,
        'nats-operator-webhook-tls',
        '-o',
        'jsonpath={.data.ca\\.crt}',
      ]);
      expect(issued).not.toBe('');
      expect(await trusted()).toEqual([issued, issued]);
    },
    STEP_MS,
  );

  test(
    'it is upgraded to a chart with other CRDs, whose fields another manager owns as well, and goes back',
    async () => {
      expect(await ownersOf(CRD, 'f:spec.f:versions')).toEqual(
        expect.arrayContaining(['helm', 'nats-operator-install']),
      );
      const newer = await newerChart();
      await helm(
        'upgrade',
        ...RELEASE,
        newer,
        '--reset-then-reuse-values',
        '--force-conflicts',
        '--wait',
        '--timeout=3m',
      );
      expect(await columns()).toContain('Newest');
      expect(await ownersOf(CRD, 'f:spec.f:versions')).toEqual(['helm']);
      await helm('rollback', ...RELEASE, '--wait', '--timeout=3m');
      expect(await columns()).not.toContain('Newest');
      await expectManaged(servers, 'example', 'back-again');
    },
    STEP_MS,
  );

  test(
    'it gives up its Lease when it is uninstalled, and leaves what docs/install.md lists; another is in charge at once',
    async () => {
      await helmUninstall(HOME);
      expect(
        await kubectl(['get', 'lease', 'nats-operator', '-n', HOME, '-o', 'jsonpath={.spec.holderIdentity}']),
      ).toBe('');
      await waitFor(async () => expectLeft(), { what: 'nothing to be left but what the page lists' });
      await helm('install', ...RELEASE, chart, values(), '--wait', '--timeout=3m');
      await helm('test', ...RELEASE, '--timeout=30s');
      await expectManaged(servers, 'example', 'installed-again');
      await expectPodsUnchanged(servers);
    },
    STEP_MS,
  );
});
