import { type X509Certificate, createPrivateKey } from 'node:crypto';
import { readCertificates } from '../../x509/pem';

/** What a webhook serves with, in PEM form. */
export interface KeyPair {
  /** Who vouches for the certificate, the newest first: what the API server is to trust. Empty where it trusts the authority anyway. */
  readonly authorities: string;
  /** The leaf first, then what leads to the authority. */
  readonly certificate: string;
  readonly key: string;
}

/** The leaf; undefined where the material can't be served with. */
export function usableCertificate({ certificate, key }: KeyPair): X509Certificate | undefined {
  const leaf = readCertificates(certificate)?.[0];
  return leaf !== undefined && belongsTo(leaf, key) ? leaf : undefined;
}

/** Whether the key is that of the certificate. */
export function belongsTo(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
