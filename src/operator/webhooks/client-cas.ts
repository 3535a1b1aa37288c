import { readFile } from 'node:fs/promises';
import { readCertificates } from '../../x509/pem';

/**
 * Reads the CAs of clients that may request reviews, in PEM format. With an empty file, Node.js would accept
 * certificates of any public CA.
 *
 * @throws Error if the file cannot be read, contains no certificate, or a malformed one
 */
export async function readClientCAs(file: string): Promise<string> {
  const authorities = await readFile(file, 'utf8');
  if (readCertificates(authorities) === undefined)
    throw new Error(`--webhook-client-ca-file: ${file} contains no certificates in PEM format, or a malformed one`);
  return authorities;
}
