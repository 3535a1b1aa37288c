import { readFile } from 'node:fs/promises';
import { readCertificates } from '../../x509/pem';

/**
 * The authorities of who may ask for reviews, in PEM form. Without any, as in an empty file, Node would take whoever has a certificate of an authority of the
 * web.
 *
 * @throws Error where the file can't be read, or holds no certificate, or one that is damaged
 */
export async function readClientCAs(file: string): Promise<string> {
  const authorities = await readFile(file, 'utf8');
  if (readCertificates(authorities) === undefined)
    throw new Error(`--webhook-client-ca-file: ${file} holds no certificates in PEM form, or a damaged one`);
  return authorities;
}
