import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type TlsOptions } from 'node:tls';
import { presentedCertificate } from '../../../../src/nats-cluster/monitoring/presented-certificate';
import { makeIdentity } from '../../../fixtures/certificates';

/** What is heard of a server that speaks TLS 1.2 by those ciphers. */
async function heardOf(ciphers: TlsOptions): Promise<string> {
  const identity = await makeIdentity({ newKey: ['rsa:2048'] });
  const server = createServer({ ...identity, maxVersion: 'TLSv1.2', ...ciphers });
  server.on('tlsClientError', () => undefined);
  server.listen(0);
  await once(server, 'listening');
  try {
    return await presentedCertificate('127.0.0.1', (server.address() as AddressInfo).port, 'routes', 5_000);
  } finally {
    server.close();
  }
}

test('the certificate of a server is read by whatever servers in Go speak', async () => {
  expect(await heardOf({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' })).toMatch(/^([0-9A-F]{2}:){31}/);
  expect(await heardOf({ ciphers: 'AES128-GCM-SHA256' })).toMatch(/^([0-9A-F]{2}:){31}/);
});

test('rejects a server that supports finite-field Diffie-Hellman only', async () => {
  await expect(heardOf({ ciphers: 'DHE-RSA-AES128-GCM-SHA256', dhparam: 'auto' })).rejects.toThrow(/handshake failure/);
});
