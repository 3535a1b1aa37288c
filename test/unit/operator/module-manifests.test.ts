import { parseAllDocuments } from 'yaml';
import { withIdentity } from '../../../scripts/operator/module-manifests';

const built = `
kind: Secret
metadata: { name: pepr-nats-operator-tls }
data: { tls.crt: bmV3, tls.key: bmV3 }
---
kind: Secret
metadata: { name: pepr-nats-operator-api-path }
data: { value: bmV3 }
---
kind: Secret
metadata: { name: pepr-nats-operator-module }
data: { code: bmV3 }
---
kind: MutatingWebhookConfiguration
metadata: { name: pepr-nats-operator }
webhooks:
  - name: pepr-nats-operator.pepr.dev
    clientConfig: { caBundle: bmV3, service: { name: pepr-nats-operator, path: /mutate/new } }
`;

const serving = { caBundle: 'Y2E=', certificate: 'Y3J0', key: 'a2V5', apiPath: 'serving' };

test('a module is rolled out with the certificate and the path by which its webhook serves, and its own code', () => {
  const objects = parseAllDocuments(withIdentity(built, serving)).map(document => document.toJS() as unknown);
  expect(objects).toMatchObject([
    { data: { 'tls.crt': 'Y3J0', 'tls.key': 'a2V5' } },
    { data: { value: Buffer.from('serving').toString('base64') } },
    { data: { code: 'bmV3' } },
    { webhooks: [{ clientConfig: { caBundle: 'Y2E=', service: { path: '/mutate/serving' } } }] },
  ]);
});
