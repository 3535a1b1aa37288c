import type { KeyPair } from './key-pair';

/** The source of the webhook serving certificate. */
export interface CertificateSource {
  /**
   * The current certificate for the names; undefined if there is none yet.
   *
   * @throws ApiError if the API server rejects a request
   */
  readonly current: (names: readonly string[]) => Promise<KeyPair | undefined>;
}

/** A Secret with certificates. */
export interface CertificateSecret {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** @see https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets, and cert-manager's ca.crt beside it */
export const KEYS = { authorities: 'ca.crt', authorityKey: 'ca.key', certificate: 'tls.crt', key: 'tls.key' } as const;

/** The decoded value of a key; empty if it is missing. */
export const textIn = ({ data = {} }: CertificateSecret, key: string): string =>
  Buffer.from(data[key] ?? '', 'base64').toString('utf8');
