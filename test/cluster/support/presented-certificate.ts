import type { V1Pod } from '@kubernetes/client-node';
import { X509Certificate } from 'node:crypto';
import { presentedCertificate } from '../../../src/nats-cluster/monitoring/presented-certificate';
import { waitFor } from './wait-for';

const ports = { server: 4222, routes: 6222 } as const;

/** Waits until every server presents that certificate, as a handshake of our own shows; `cert` is in PEM form. */
export async function waitUntilPresented(
  pods: readonly V1Pod[],
  kind: keyof typeof ports,
  cert: string,
): Promise<void> {
  const wanted = new X509Certificate(cert).fingerprint256;
  const presented = async ({ status }: V1Pod): Promise<string> =>
    presentedCertificate(status?.podIP ?? '', ports[kind], kind, 5_000);
  await waitFor(async () => (await Promise.all(pods.map(presented))).every(shown => shown === wanted), {
    what: `all ports ${ports[kind]} to present the certificate`,
    deadline: 20_000,
  });
}
