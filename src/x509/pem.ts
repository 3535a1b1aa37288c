import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** How many certificates a PEM text holds, none of which is read. */
export const countCertificates = (pem: string): number => blocksOf(pem).length;

/** The certificates of a PEM text, in their order; undefined where one can't be read, or there is none. */
export function readCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = blocksOf(pem);
  if (blocks.length === 0) return undefined;
  try {
    return blocks.map(block => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

const blocksOf = (pem: string): readonly string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];

/** A private key, or why a server can't use it. */
export function readPrivateKey(pem: string): KeyObject | string {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) return 'is encrypted by a passphrase';
  if (!/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/.test(pem)) return 'holds no private key in PEM form';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'holds a private key that is damaged';
  }
}
