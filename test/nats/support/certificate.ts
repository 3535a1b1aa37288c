import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../../tools/toolchain/command';

/** A certificate that is its own authority, as files. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Makes a certificate for localhost while `work` needs it. */
export async function withCertificate<T>(work: (files: CertificateFiles) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nats-operator-tls-'));
  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  try {
    await run('openssl', [
      'req',
      '-x509',
      '-days',
      '1',
      ...algorithm,
      ...names,
      '-keyout',
      files.key,
      '-out',
      files.cert,
    ]);
    return await work(files);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
