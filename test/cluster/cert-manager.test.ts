import type { V1Pod } from '@kubernetes/client-node';
import type { ConnectionOptions } from '@nats-io/nats-core/internal';
import { renewCertificate, startCertManager } from './support/cert-manager';
import { carry, openClient, withClients } from './support/client';
import { waitForCondition } from './support/conditions';
import { applyExample } from './support/example';
import { waitUntilSettled } from './support/nats-cluster';
import { waitUntilPresented } from './support/presented';
import { openScene, type Scene } from './support/scene';
import { deleteSecret } from './support/secret';
import { getSecret } from './support/service-accounts';
import { expectUntouched } from './support/untouched';
import { waitFor } from './support/wait-for';

const NAME = 'example-cert-manager';

let scene: Scene;
let pods: readonly V1Pod[];

beforeAll(async () => {
  scene = await openScene('cert-manager');
  await startCertManager(scene.namespace);
  await applyExample(scene.namespace, 'cert-manager', { NAMESPACE: scene.namespace });
  pods = await waitUntilSettled(scene.namespace, NAME, 2, 120_000);
}, 180_000);

/** A file of a Secret that cert-manager has filled; another than `before`. */
async function file(secret: 'server' | 'routes', key: 'ca.crt' | 'tls.crt', before?: string): Promise<string> {
  return waitFor(
    async () => {
      const text = (await getSecret(scene.namespace, `${NAME}-${secret}`))?.data?.[key];
      const found = text === undefined ? undefined : Buffer.from(text, 'base64').toString();
      return found === before ? undefined : found;
    },
    { what: `${before === undefined ? '' : 'another '}${key} of ${secret}` },
  );
}

const trusting = async (): Promise<ConnectionOptions> => ({ tls: { ca: await file('server', 'ca.crt') } });

describe('examples/cert-manager.yaml', () => {
  test('lets clients in who trust the authority in the Secret', async () => {
    const [one, other] = pods.map(({ metadata }) => `${metadata?.name}.${NAME}-mgmt.${scene.namespace}.svc`);
    const options = await trusting();
    await withClients([openClient(one ?? '', options), openClient(other ?? '', options)], carry);
    await (await openClient(`tls://${NAME}.${scene.namespace}.svc`, options)).close();
  }, 60_000);

  test('has certificates renewed without a restart, and waits for the proof', async () => {
    const before = { server: await file('server', 'tls.crt'), routes: await file('routes', 'tls.crt') };
    await Promise.all(['server', 'routes'].map(async kind => renewCertificate(scene.namespace, `${NAME}-${kind}`)));
    await waitUntilPresented(pods, 'server', await file('server', 'tls.crt', before.server));
    await waitUntilPresented(pods, 'routes', await file('routes', 'tls.crt', before.routes));
    await waitForCondition(scene.namespace, NAME, 'ConfigApplied', 'True', /./);
    expect(await scene.kubectl('get', 'events', '--field-selector=reason=Reloaded', '-o', 'name')).not.toBe('');
    await expectUntouched(pods);
    await (await openClient(`${NAME}.${scene.namespace}.svc`, await trusting())).close();
  }, 90_000);

  test('has a deleted Secret made anew and brought to the servers as well', async () => {
    const before = await file('server', 'tls.crt');
    await deleteSecret(scene.namespace, `${NAME}-server`);
    await waitUntilPresented(pods, 'server', await file('server', 'tls.crt', before));
    await waitForCondition(scene.namespace, NAME, 'SecretsValid', 'True', /hold what the servers need/);
    await expectUntouched(pods);
  }, 90_000);
});
