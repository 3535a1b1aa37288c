import type { V1Pod } from '@kubernetes/client-node';
import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { renewCertificate, startCertManager } from './support/cert-manager';
import { carry, openClient, withClients } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { waitUntilSettled } from './support/nats-cluster';
import { waitUntilPresented } from './support/presented-certificate';
import { setupTestEnvironment, type TestEnvironment } from './support/test-environment';
import { deleteSecret } from './support/secret';
import { getSecret } from './support/service-accounts';
import { expectPodsUnchanged } from './support/expect-pods-unchanged';
import { waitFor } from './support/wait-for';

const NAME = 'example-cert-manager';

let environment: TestEnvironment;
let pods: readonly V1Pod[];

beforeAll(async () => {
  environment = await setupTestEnvironment('cert-manager');
  await startCertManager(environment.namespace);
  await applyExample(environment.namespace, 'cert-manager', { NAMESPACE: environment.namespace });
  pods = await waitUntilSettled(environment.namespace, NAME, 2, 120_000);
}, 180_000);

/** A file of a Secret that cert-manager has filled; another than `before`. */
async function file(secret: 'server' | 'routes', key: 'ca.crt' | 'tls.crt', before?: string): Promise<string> {
  return waitFor(
    async () => {
      const text = (await getSecret(environment.namespace, `${NAME}-${secret}`))?.data?.[key];
      const found = text === undefined ? undefined : Buffer.from(text, 'base64').toString();
      return found === before ? undefined : found;
    },
    { what: `${before === undefined ? '' : 'another '}${key} of ${secret}` },
  );
}

const trusting = async (): Promise<ConnectionOptions> => ({ tls: { ca: await file('server', 'ca.crt') } });

describe('examples/cert-manager.yaml', () => {
  test('lets clients in who trust the authority in the Secret', async () => {
    const [one, other] = pods.map(({ metadata }) => `${metadata?.name}.${NAME}-mgmt.${environment.namespace}.svc`);
    const options = await trusting();
    await withClients([openClient(one ?? '', options), openClient(other ?? '', options)], carry);
    await (await openClient(`tls://${NAME}.${environment.namespace}.svc`, options)).close();
  }, 60_000);

  test('has certificates renewed without a restart, and waits for the proof', async () => {
    const before = { server: await file('server', 'tls.crt'), routes: await file('routes', 'tls.crt') };
    await Promise.all(
      ['server', 'routes'].map(async kind => renewCertificate(environment.namespace, `${NAME}-${kind}`)),
    );
    await waitUntilPresented(pods, 'server', await file('server', 'tls.crt', before.server));
    await waitUntilPresented(pods, 'routes', await file('routes', 'tls.crt', before.routes));
    await waitForCondition(environment.namespace, NAME, 'ConfigApplied', 'True', /./);
    expect(await environment.kubectl('get', 'events', '--field-selector=reason=Reloaded', '-o', 'name')).not.toBe('');
    await expectPodsUnchanged(pods);
    await (await openClient(`${NAME}.${environment.namespace}.svc`, await trusting())).close();
  }, 90_000);

  test('has a deleted Secret made anew and brought to the servers as well', async () => {
    const before = await file('server', 'tls.crt');
    await deleteSecret(environment.namespace, `${NAME}-server`);
    await waitUntilPresented(pods, 'server', await file('server', 'tls.crt', before));
    await waitForCondition(environment.namespace, NAME, 'SecretsValid', 'True', /hold what the servers need/);
    await expectPodsUnchanged(pods);
  }, 90_000);
});
