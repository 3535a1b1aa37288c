import { KubeClient } from '../../../src/runtime/kube-client';
import { OWN_SECRET, SelfSignedCertificate } from '../../../src/operator/webhook-certificate/self-signed-certificate';
import { makeNamespace } from '../crd/definitions';
import { describeWithApi, kubectl } from '../kubectl';

const HOME = 'own-certificate';

interface Written {
  readonly data: { readonly 'tls.crt': string };
}

/** Beside it somebody else changes the Secret, each time in the moment before it is written. */
class ContendedClient extends KubeClient {
  readonly written: string[] = [];

  override async merge(path: string, object: object): Promise<unknown> {
    this.written.push((object as Written).data['tls.crt']);
    await super.merge(path, { metadata: { annotations: { touched: String(this.written.length) } } });
    return super.merge(path, object);
  }
}

describeWithApi('the certificate that the operator makes by itself', () => {
  beforeAll(async () => {
    process.env.KUBECONFIG = process.env.API_TEST_KUBECONFIG;
    await makeNamespace(HOME);
  });

  test('is made once and tried to be written a few times, where somebody else is always first', async () => {
    const names = [`nats-operator-webhook.${HOME}.svc`];
    const log = { info: () => undefined, warn: () => undefined };
    await new SelfSignedCertificate(new KubeClient(), log, HOME).current(names);
    await kubectl(['patch', 'secret', OWN_SECRET, '-n', HOME, '-p', '{"data":{"tls.crt":""}}']);
    const client = new ContendedClient();
    await expect(new SelfSignedCertificate(client, log, HOME).current(names)).rejects.toMatchObject({ status: 409 });
    expect(client.written).toHaveLength(5);
    expect(new Set(client.written).size).toBe(1);
    const { certificate } = await new SelfSignedCertificate(new KubeClient(), log, HOME).current(names);
    expect(certificate).toContain('BEGIN CERTIFICATE');
  });
});
