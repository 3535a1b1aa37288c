import type { KeyObject, X509Certificate } from 'node:crypto';

/** What a certificate is shown for. */
export type CertificateUse = 'server' | 'client';

const OIDS: Readonly<Record<CertificateUse, string>> = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** `anyExtendedKeyUsage` @see https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12 */
const ANY_USE = '2.5.29.37.0';

/** Whether a certificate's extended key usage allows a use; without the extension, it serves every one. Node's types know it as always there. */
export function isForUse(certificate: X509Certificate, use: CertificateUse): boolean {
  const uses = certificate.keyUsage as readonly string[] | undefined;
  return uses === undefined || uses.includes(OIDS[use]) || uses.includes(ANY_USE);
}

/** Whether a certificate may sign others. */
export const mayIssue = (certificate: X509Certificate, isRoot: boolean): boolean =>
  certificate.ca || (isRoot && !hasExtensions(certificate));

/** A certificate of version 1 can't say whether it is an authority; later ones carry their version. */
function hasExtensions({ raw }: X509Certificate): boolean {
  const toBeSigned = headerEnd(raw, 0);
  return raw[headerEnd(raw, toBeSigned)] === VERSION_TAG;
}

const VERSION_TAG = 0xa0;

/** Where the content of the DER value at that offset begins. */
function headerEnd(der: Buffer, offset: number): number {
  const length = der[offset + 1] ?? 0;
  return offset + 2 + (length > 0x80 ? length & 0x7f : 0);
}

/** Go, as most others, believes no signature by SHA-1. */
export const isSha1Signed = ({ raw }: X509Certificate): boolean => SHA1.some(oid => raw.subarray(0, 64).includes(oid));

/** `sha1WithRSAEncryption` and `ecdsa-with-SHA1`, as DER. They stand at the beginning, after the version and the serial number. */
const SHA1 = [Buffer.from('06092a864886f70d010105', 'hex'), Buffer.from('06072a8648ce3d0401', 'hex')];

/** Why a server can't use a private key; undefined where it can. @see crypto/tls, X509KeyPair and signatureSchemesForCertificate */
export function keyProblem(key: KeyObject): string | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: { modulusLength = 0, namedCurve = '' } = {} } = key;
  if (type === 'ed25519') return undefined;
  if (type === 'rsa')
    return modulusLength >= 1024 ? undefined : `is an RSA key of ${modulusLength} bits, and takes 1024 at least`;
  if (type === 'ec')
    return CURVES.includes(namedCurve) ? undefined : `is on the curve ${namedCurve}, which servers do not know`;
  return `is a key of the type ${type ?? 'unknown'}, which servers do not know`;
}

/**
 * Whether Go verifies signatures with a public key. Others, such as RSA keys whose exponent is as long as their modulus, take a hundred times as long, and
 * whoever writes the Secret chooses them. @see crypto/rsa, checkPub, and crypto/x509, parsePublicKey
 */
export function canVerify({ asymmetricKeyType: type, asymmetricKeyDetails: details = {} }: KeyObject): boolean {
  if (type === 'rsa') return (details.publicExponent ?? 0n) < 2n ** 31n;
  return type === 'ed25519' || (type === 'ec' && ['secp224r1', ...CURVES].includes(details.namedCurve ?? ''));
}

/** P-256, P-384 and P-521. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/** The DNS names that a certificate is for; the common name counts no more. */
export function dnsNames({ subjectAltName }: X509Certificate): string[] {
  return (subjectAltName ?? '')
    .split(', ')
    .filter(name => name.startsWith('DNS:'))
    .map(name => name.slice('DNS:'.length).toLowerCase());
}

/** Whether one of the names covers the host; `*` stands for one whole first label. @see https://www.rfc-editor.org/rfc/rfc6125 */
export function coversHost(names: readonly string[], host: string): boolean {
  const wildcard = host.replace(/^[^.]+/, '*');
  return names.includes(host) || names.includes(wildcard);
}

const DAY = 86_400_000;

/** How many milliseconds before its end a certificate is called out: whoever renews it should have done so by then. */
const NOTICE = 7 * DAY;

/** Where a certificate stands in its life. */
export type Validity = 'early' | 'valid' | 'expiring' | 'expired';

/** Where a certificate stands, and when that changes next. Times are in milliseconds since 1970. */
export function validityOf(certificate: X509Certificate, now: Date): { validity: Validity; until: number | undefined } {
  const [from, to] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  // A third of its life is when cert-manager renews by itself; a short-lived one must not be called out before that.
  const notice = to - Math.min(NOTICE, (to - from) / 4);
  const time = now.getTime();
  if (time < from) return { validity: 'early', until: from };
  if (time >= to) return { validity: 'expired', until: undefined };
  return time < notice ? { validity: 'valid', until: notice } : { validity: 'expiring', until: to };
}

/** A time as people read it in a message: the same at every look. */
export const dateText = (text: string): string => new Date(text).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');
