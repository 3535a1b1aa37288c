import type { KeyPair } from './key-pair';

/** Where a webhook's certificate comes from. */
export interface CertificateSource {
  /**
   * The newest there is, good for those names; undefined where there is none yet.
   *
   * @throws ApiError where the API server refuses to say
   */
  readonly current: (names: readonly string[]) => Promise<KeyPair | undefined>;
}

/** A Secret as it holds certificates. */
export interface CertificateSecret {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** @see https://kubernetes.io/docs/concepts/configuration/secret/#tls-secrets, and cert-manager's ca.crt beside it */
export const KEYS = { authorities: 'ca.crt', authorityKey: 'ca.key', certificate: 'tls.crt', key: 'tls.key' } as const;

/** What a Secret holds under that key, decoded; an empty text where it is not there. */
export const textIn = ({ data = {} }: CertificateSecret, key: string): string =>
  Buffer.from(data[key] ?? '', 'base64').toString('utf8');
