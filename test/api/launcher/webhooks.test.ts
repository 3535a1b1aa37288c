import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { makeAuthority, makeIdentity, type Identity } from '../../fixtures/certificates';
import { AdmissionLoad } from '../../cluster/support/admission-load';
import { atEnd } from '../../cluster/support/tear-down';
import { waitFor } from '../../cluster/support/wait-for';
import { Audit } from '../audit';
import { installDefinitions, makeNamespace, waitUntilEstablished } from '../crd/definitions';
import { runExclusively } from '../exclusive';
import { describeWithApi, kubectl, tryKubectl } from '../kubectl';
import { grantWebhooks, makeAccount } from './account';
import { buildPrograms, Launched, type Programs } from './launched';
import { servedFingerprint } from './served-certificate';
import { applyConfigurations, removeConfigurations, trustedBundles } from './webhook-configurations';

const HOME = 'webhooks-home';
const SECRET = 'nats-operator-webhook-certificate';
const GIVEN = 'given-certificate';

const cluster = (spec: object): string =>
  JSON.stringify({ apiVersion: 'nats.io/v1alpha2', kind: 'NatsCluster', metadata: { name: 'c' }, spec });

async function stored(key: string): Promise<string> {
  const path = `{.data.${key.replace('.', '\\.')}}`;
  return Buffer.from(
    await kubectl(['get', 'secret', SECRET, '-n', HOME, '-o', `jsonpath=${path}`]),
    'base64',
  ).toString();
}

const storedFingerprint = async (): Promise<string> => new X509Certificate(await stored('tls.crt')).fingerprint256;

const isAdmitting = async (): Promise<boolean> => {
  const create = ['create', '--dry-run=server', '-n', HOME, '-o', 'jsonpath={.spec.version}', '-f', '-'];
  return (await tryKubectl(create, cluster({}))).stdout !== '';
};

runExclusively();

describeWithApi('two replicas with webhooks', () => {
  let programs: Programs;
  let kubeconfig: string;
  let user: string;
  let replicas: Launched[];
  /** Has no right to Pepr's store. */
  let robbed: Launched;

  const launch = async (name: string, ...flags: string[]): Promise<Launched> =>
    Launched.start(programs, { kubeconfig, pod: { name, namespace: HOME }, flags: ['--webhooks=true', ...flags] });

  const launchRobbed = async (): Promise<Launched> => {
    const own = join(programs.folder, 'robbed');
    await makeAccount('robbed', [HOME], own);
    await grantWebhooks({ name: 'robbed', namespace: HOME }, false);
    const pod = { name: 'robbed', namespace: HOME };
    return Launched.start(programs, { kubeconfig: own, pod, flags: ['--webhooks=true'] });
  };

  const served = async (): Promise<string[]> =>
    Promise.all(replicas.map(async ({ webhookPort }) => servedFingerprint(webhookPort)));

  const areServing = async (fingerprint: string): Promise<boolean> =>
    (await served()).every(each => each === fingerprint);

  /** What they have done to a configuration. */
  const looks = async (audit: Audit): Promise<string[]> =>
    (await audit.of(user))
      .filter(({ objectRef }) => objectRef?.resource === 'validatingwebhookconfigurations')
      .map(({ verb }) => verb);

  const waitForLooks = async (audit: Audit): Promise<unknown> =>
    waitFor(async () => (await looks(audit)).filter(verb => verb === 'get').length >= 2, {
      what: 'both to have looked',
    });

  beforeAll(async () => {
    process.env.KUBECONFIG = process.env.API_TEST_KUBECONFIG;
    atEnd(removeConfigurations);
    await installDefinitions();
    await kubectl(['apply', '--server-side', '-f', 'scripts/operator/pepr-store.yaml']);
    await waitUntilEstablished(['crd/peprstores.pepr.dev']);
    await makeNamespace(HOME);
    programs = await buildPrograms();
    kubeconfig = join(programs.folder, 'kubeconfig');
    user = await makeAccount('operator', [HOME], kubeconfig);
    await grantWebhooks({ name: 'operator', namespace: HOME });
    replicas = await Promise.all(['one', 'two'].map(async name => launch(name)));
    robbed = await launchRobbed();
  }, 90_000);

  test('agree on one certificate, which one of them makes', async () => {
    await waitFor(async () => (await Promise.all(replicas.map(each => each.isReady()))).every(Boolean), {
      what: 'both to be ready',
    });
    expect(await served()).toEqual(Array(2).fill(await storedFingerprint()));
    expect(
      [...replicas, robbed].filter(({ said }) => said.includes('Issued webhook serving certificate')),
    ).toHaveLength(1);
  });

  test('have the API server trust it, in configurations that come later', async () => {
    await applyConfigurations(HOME, replicas[0]?.webhookPort ?? 0);
    await waitFor(isAdmitting, { what: 'the webhooks to be asked' });
    expect(await trustedBundles()).toEqual(Array(2).fill(await stored('ca.crt')));
    const { stderr } = await tryKubectl(
      ['create', '-n', HOME, '-f', '-'],
      cluster({ version: '2.1.9', websocketConfig: {} }),
    );
    expect(stderr).toContain('admission webhook "admission.nats.io" denied the request');
  });

  test('put back what somebody has taken from a configuration, and write nothing where all is right', async () => {
    const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value: '' }]);
    await kubectl(['patch', 'validatingwebhookconfiguration', 'nats-operator', '--type=json', '-p', patch]);
    await waitFor(async () => (await trustedBundles()).every(bundle => bundle !== ''), {
      what: 'the bundle to be back',
    });
    // Who had looked before that may write the same once more.
    await waitForLooks(await Audit.fromNow());
    const audit = await Audit.fromNow();
    await waitForLooks(audit);
    expect(new Set(await looks(audit))).toEqual(new Set(['get']));
  });

  test('serve a renewed certificate without a failed request and without a restart', async () => {
    const [former, authorities] = [await storedFingerprint(), await stored('ca.crt')];
    const admission = new AdmissionLoad(HOME);
    await kubectl(['patch', 'secret', SECRET, '-n', HOME, '-p', '{"data":{"tls.crt":""}}']);
    await waitFor(async () => (await stored('tls.crt')) !== '', { what: 'another certificate to be made' });
    const renewed = await storedFingerprint();
    expect(renewed).not.toBe(former);
    await waitFor(async () => areServing(renewed), { what: 'both to serve it' });
    const { answered } = admission;
    await waitFor(() => admission.answered > answered + 20, { what: 'more requests' });
    expect(await admission.end()).toEqual([]);
    expect(await stored('ca.crt')).toBe(authorities);
  });

  test('keep the authority where the Secret is deleted, so that no request fails', async () => {
    const authorities = await stored('ca.crt');
    await kubectl(['delete', 'secret', SECRET, '-n', HOME]);
    await waitFor(async () => (await tryKubectl(['get', 'secret', SECRET, '-n', HOME])).code === 0, {
      what: 'the Secret to be back',
    });
    expect(await stored('ca.crt')).toBe(authorities);
    expect(await isAdmitting()).toBe(true);
  });

  const give = async (issuer: Identity): Promise<string> => {
    const { cert, key } = await makeIdentity({ names: ['IP:127.0.0.1'], uses: 'serverAuth' }, issuer);
    const stringData = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': issuer.cert };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: GIVEN },
      type: 'kubernetes.io/tls',
      stringData,
    };
    await kubectl(['apply', '-n', HOME, '-f', '-'], JSON.stringify(secret));
    return new X509Certificate(cert).fingerprint256;
  };

  /** As a rollout has them that brings another certificate, or takes it away again. */
  test('refuse no request beside one of another configuration, whose authority is trusted as well', async () => {
    await give(await makeAuthority('beside'));
    const beside = await launch('beside', `--webhook-certificate-secret=${GIVEN}`);
    try {
      await waitFor(() => beside.isReady(), { what: 'the other to be ready' });
      await applyConfigurations(HOME, replicas[0]?.webhookPort ?? 0, beside.webhookPort);
      await waitFor(isAdmitting, { what: 'both to be trusted' });
      await waitForLooks(await Audit.fromNow());
      const [audit, bundles] = [await Audit.fromNow(), await trustedBundles()];
      const admission = new AdmissionLoad(HOME);
      await waitFor(async () => (await looks(audit)).filter(verb => verb === 'get').length >= 9, {
        what: 'each to have looked three times',
      });
      expect(await admission.end()).toEqual([]);
      expect(admission.answered).toBeGreaterThan(0);
      expect(new Set(await looks(audit))).toEqual(new Set(['get']));
      expect(await trustedBundles()).toEqual(bundles);
      for (const bundle of bundles) expect(bundle).toContain(await stored('ca.crt'));
    } finally {
      await beside.end('SIGTERM');
      await applyConfigurations(HOME, replicas[0]?.webhookPort ?? 0);
      await kubectl(['delete', 'secret', GIVEN, '-n', HOME]);
    }
  }, 90_000);

  describe('with a certificate that somebody else makes', () => {
    let authority: Identity;

    beforeAll(async () => {
      await Promise.all(replicas.map(async each => each.end('SIGTERM')));
      replicas = await Promise.all(
        ['three', 'four'].map(async name => launch(name, `--webhook-certificate-secret=${GIVEN}`)),
      );
      await applyConfigurations(HOME, replicas[0]?.webhookPort ?? 0);
    });

    test('wait for it, and serve it', async () => {
      await waitFor(() => replicas.every(({ said }) => said.includes('Waiting for a webhook serving certificate')), {
        what: 'both to wait',
      });
      expect((await replicas[0]?.ask('/readyz'))?.status).toBe(503);
      expect((await replicas[0]?.ask('/healthz'))?.status).toBe(200);
      authority = await makeAuthority();
      const given = await give(authority);
      await waitFor(async () => areServing(given), { what: 'both to serve it' });
      await waitFor(isAdmitting, { what: 'the API server to trust it' });
    });

    test('serve the next one too, though another authority vouches for it, without a failed request', async () => {
      const admission = new AdmissionLoad(HOME);
      const next = await give(await makeAuthority('next'));
      await waitFor(async () => areServing(next), { what: 'both to serve it' });
      const { answered } = admission;
      await waitFor(() => admission.answered > answered + 20, { what: 'more requests' });
      expect(await admission.end()).toEqual([]);
    });
  });

  test('end soon after SIGTERM, once the requests in flight are answered', async () => {
    const [replica] = replicas;
    const admission = new AdmissionLoad(HOME);
    await waitFor(() => admission.answered > 5, { what: 'requests' });
    const ending = replica?.end('SIGTERM');
    const { answered } = admission;
    const { code, took } = (await ending) ?? {};
    await admission.end();
    expect(code).toBe(0);
    // The shutdown delay of half a second, and the requests that are still in flight, which wait on a busy machine.
    expect(took).toBeLessThan(3_000);
    expect(admission.answered).toBeGreaterThan(answered + 5);
  });

  test('end at once where Pepr can’t read its store, rather than never to be ready', async () => {
    await waitFor(() => robbed.process.exitCode !== null, { what: 'the process to end' });
    expect(robbed.process.exitCode).toBe(1);
    expect(robbed.said).toContain('PeprStore pepr-nats-operator-store in pepr-system');
  });
});
