import { type X509Certificate, createPrivateKey } from 'node:crypto';
import { readCertificates } from '../../x509/pem';

/** A serving certificate with its key and CAs, in PEM format. */
export interface KeyPair {
  /** CAs for the caBundle of the webhooks, newest first. Empty if the API server trusts the issuer anyway. */
  readonly authorities: string;
  /** The certificate chain, leaf first. */
  readonly certificate: string;
  readonly key: string;
}

/** The leaf certificate; undefined if it is invalid or does not match the key. */
export function usableCertificate({ certificate, key }: KeyPair): X509Certificate | undefined {
  const leaf = readCertificates(certificate)?.[0];
  return leaf !== undefined && belongsTo(leaf, key) ? leaf : undefined;
}

/** Whether the key belongs to the certificate. */
export function belongsTo(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}
