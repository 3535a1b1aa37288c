import { makeAuthority, makeIdentity, type Identity } from '../fixtures/certificates';
import { carry, openClient, withClients } from './support/client';
import { addressOf } from './support/connected-clusters';
import { applyExample } from './support/example';
import { setupRestrictedEnvironment } from './support/restricted-environment';
import type { TestEnvironment } from './support/test-environment';
import { putSecret } from './support/secret';
import { openWebsocket } from './support/websocket';

let environment: TestEnvironment;
let authority: Identity;

beforeAll(async () => {
  [environment, authority] = await Promise.all([setupRestrictedEnvironment('websockets'), makeAuthority()]);
  const { cert, key } = await makeIdentity({ names: [`DNS:${host('example-wss')}`] }, authority);
  const files = { 'ca.crt': authority.cert, 'tls.crt': cert, 'tls.key': key };
  await putSecret(environment.namespace, 'example-wss-tls', files, 'kubernetes.io/tls');
  await applyExample(environment.namespace, 'websocket');
}, 120_000);

const host = (cluster: string): string => `${cluster}.${environment.namespace}.svc`;

test('clients come by ws, and hear what others say who come the usual way', async () => {
  const address = await addressOf(environment.namespace, 'example-ws');
  await withClients([openWebsocket(`ws://${host('example-ws')}:8080`), openClient(address)], carry);
}, 150_000);

test('clients come by wss, and trust its certificate', async () => {
  const address = await addressOf(environment.namespace, 'example-wss');
  const secure = openWebsocket(`wss://${host('example-wss')}:8443`, authority.cert);
  await withClients([secure, openClient(address)], carry);
}, 150_000);
