import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';

/** Counts the certificates of a PEM text without parsing them. */
export const countCertificates = (pem: string): number => blocksOf(pem).length;

/** Parses the certificates of a PEM text in order; undefined if there is none or one is malformed. */
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

/** Parses a private key; returns a problem message if it cannot be used. */
export function readPrivateKey(pem: string): KeyObject | string {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|Proc-Type: 4,ENCRYPTED/.test(pem)) return 'is encrypted with a passphrase';
  if (!/-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/.test(pem)) return 'contains no private key in PEM format';
  try {
    return createPrivateKey(pem);
  } catch {
    return 'contains a malformed private key';
  }
}
