import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../tools/toolchain/command';

/** A certificate as files, and the authority that vouches for it: itself. */
export interface DevCertificate {
  readonly certificate: string;
  readonly key: string;
  /** PEM in base64, as webhook configurations have it. */
  readonly caBundle: string;
}

/** Makes a certificate for a process that serves webhooks at that address, an IP or a name; good for a year. */
export async function makeDevCertificate(folder: string, address: string): Promise<DevCertificate> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const name = `subjectAltName=${/^[\d.]+$|:/.test(address) ? 'IP' : 'DNS'}:${address}`;
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-days', '365', '-subj', '/CN=nats-operator-dev', '-addext', name];
  await run('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', key, '-out', certificate]);
  return { certificate, key, caBundle: (await readFile(certificate)).toString('base64') };
}
