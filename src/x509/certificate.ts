import type { KeyObject, X509Certificate } from 'node:crypto';

export type CertificateUse = 'server' | 'client';

const OIDS: Readonly<Record<CertificateUse, string>> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** `anyExtendedKeyUsage` @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const ANY_USE = '2.5.29.37.0';

/**
 * Whether the extended key usage of a certificate allows a use. A certificate without the extension allows every use;
 * Node's types do not declare it as optional.
 */
export function isForUse(certificate: X509Certificate, use: CertificateUse): boolean {
  const uses = certificate.keyUsage as readonly string[] | undefined;
  return uses === undefined || uses.includes(OIDS[use]) || uses.includes(ANY_USE);
}

/** Whether a certificate may sign other certificates. */
export const mayIssue = (certificate: X509Certificate, isRoot: boolean): boolean =>
  certificate.ca || (isRoot && !hasExtensions(certificate));

/** An X.509 version 1 certificate has no extensions and no explicit version, so it cannot state whether it is a CA. */
function hasExtensions({ raw }: X509Certificate): boolean {
  const toBeSigned = headerEnd(raw, 0);
  return raw[headerEnd(raw, toBeSigned)] === VERSION_TAG;
}

const VERSION_TAG = 0xa0;

/** Offset of the content of the DER value at `offset`. */
function headerEnd(der: Buffer, offset: number): number {
  const length = der[offset + 1] ?? 0;
  return offset + 2 + (length > 0x80 ? length & 0x7f : 0);
}

/** Go, like most implementations, rejects SHA-1 signatures. */
export const isSha1Signed = ({ raw }: X509Certificate): boolean => SHA1.some(oid => raw.subarray(0, 64).includes(oid));

/**
 * `sha1WithRSAEncryption` and `ecdsa-with-SHA1`, in DER, near the beginning of a certificate, after the version and the
 * serial number.
 */
const SHA1 = [Buffer.from('06092a864886f70d010105', 'hex'), Buffer.from('06072a8648ce3d0401', 'hex')];

/**
 * Why nats-server cannot use a private key; undefined if it can.
 *
 * @see crypto/tls, X509KeyPair and signatureSchemesForCertificate
 */
export function keyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve = '' } = {} } = key;
  if (type === 'ed25519') return undefined;
  if (type === 'rsa')
    return modulusLength >= 1024 ? undefined : `is an RSA key of ${modulusLength} bits, must have at least 1024`;
  if (type === 'ec')
    return CURVES.includes(namedCurve)
      ? undefined
      : `uses the elliptic curve ${namedCurve}, which nats-server does not support`;
  return `is a key of type ${type ?? 'unknown'}, which nats-server does not support`;
}

/**
 * Whether Go accepts a public key for signature verification. Other keys, such as RSA keys with an exponent as long as
 * their modulus, take a hundred times as long to verify, and the author of the Secret chooses them. @see crypto/rsa,
 * checkPub, and crypto/x509, parsePublicKey
 */
export function canVerify({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean {
  if (type === 'rsa') return (details.publicExponent ?? 0n) < 2n ** 31n;
  return type === 'ed25519' || (type === 'ec' && ['secp224r1', ...CURVES].includes(details.namedCurve ?? ''));
}

/** P-256, P-384 and P-521. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** The DNS names of a certificate's subject alternative names; the common name is ignored, as in Go. */
export function dnsNames({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .filter(name => name.startsWith('DNS:'))
    .map(name => name.slice('DNS:'.length).toLowerCase());
}

/**
 * Whether one of the names matches the host; `*` matches exactly the first label.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6125
 */
export function coversHost(names: readonly string[], host: string): boolean {
  const wildcard = host.replace(/^[^.]+/, '*');
  return names.includes(host) || names.includes(wildcard);
}

const DAY = 86_400_000;

/** Expiry warning period in milliseconds: a certificate should have been renewed by then. */
const EXPIRY_WARNING_MS = 7 * DAY;

export type Validity = 'early' | 'valid' | 'expiring' | 'expired';

/** Returns the validity of a certificate and when it changes next, in milliseconds since 1970. */
export function validityOf(certificate: X509Certificate, now: Date): { validity: Validity; until: number | undefined } {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  // cert-manager renews at a third of the lifetime by default; do not warn before that for short-lived certificates.
  const notice = to - Math.min(EXPIRY_WARNING_MS, (to - from) / 4);
  const time = now.getTime();
  if (time < from) return { validity: 'early', until: from };
  if (time >= to) return { validity: 'expired', until: undefined };
  return time < notice ? { validity: 'valid', until: notice } : { validity: 'expiring', until: to };
}

/** Formats a time for a message; deterministic, so that statuses do not change. */
export const dateText = (text: string): string => new Date(text).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
